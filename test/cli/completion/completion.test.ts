import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { useHouse } from '../../support/attack.ts'
import { API_1 } from '../../support/fixture.ts'
import { commandLine } from '../../support/in-process.ts'
import { ROOT } from '../../support/settings.ts'

const house = useHouse()
const gatehouse = commandLine(() => house().gateway)

const complete = async (...words: readonly string[]): Promise<string[]> => {
  const { status, stdout, stderr } = await gatehouse(['__complete', '--', ...words])
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split('\n').filter((word) => word !== '')
}

describe('completion', () => {
  it('completes commands, flags and what a flag may be', async () => {
    expect(await complete('accou')).toEqual(['accounts'])
    expect(await complete('')).toEqual(
      expect.arrayContaining(['accounts', 'policy', 'doctor', 'exchange']),
    )
    expect(await complete('')).not.toContain('__complete')
    expect(await complete('groups', 'members', '')).toEqual(['list', 'add', 'remove'])
    expect(await complete('policies', 'create', '--cl')).toEqual(['--claim'])
    expect(await complete('policies', 'create', '--js')).toEqual(['--json'])
    expect(await complete('accounts', 'create', '--kind', '')).toEqual(['workload', 'person'])
  })

  it('completes the names of what is stored', async () => {
    expect(await complete('accounts', 'get', '/acme/dep')).toEqual(['/acme/deployer'])
    expect(await complete('policies', 'list', '--account', '/acme/d')).toEqual(['/acme/deployer'])
    expect(await complete('policies', 'get', '--account', '/acme/deployer', '')).toEqual(['P0'])
    expect(await complete('roles', 'list', '--api', 'https://api-1')).toEqual([API_1])
    expect(await complete('policies', 'get', '')).toEqual([])
  })

  it('is silent where nobody is logged in, or nothing answers', async () => {
    const stranger = commandLine(() => house().gateway, { GATEHOUSE_TOKEN: 'gtht_nothing' })
    const line = ['__complete', '--', 'accounts', 'get', '']
    expect(await stranger(line)).toEqual({ status: 0, stdout: '\n', stderr: '' })
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    expect(await gatehouse(line, { fetch })).toEqual({ status: 0, stdout: '\n', stderr: '' })
    const silent = ({ signal }: Request) =>
      new Promise<Response>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    expect(await gatehouse(line, { fetch: silent })).toEqual({
      status: 0,
      stdout: '\n',
      stderr: '',
    })
  })

  it('works in a real bash', async () => {
    const directory = await mkdtemp(`${tmpdir()}/gatehouse-completion-`)
    const { stdout: script } = await gatehouse(['completion', 'bash'])
    await writeFile(`${directory}/completion.bash`, script)
    const { gateway } = house()
    await gatehouse.json('accounts', 'create', '/acme/completer', '--role', 'role_viewer')
    const { token } = await gatehouse.json(
      'tokens',
      'create',
      't',
      '--account',
      'completer',
      '--api',
      'urn:gatehouse:admin',
    )
    const shell = `
      gatehouse() { "${process.execPath}" "${ROOT}src/cli/main.ts" "$@"; }
      source ${directory}/completion.bash
      complete -p gatehouse
      try() { COMP_WORDS=(gatehouse "$@"); COMP_CWORD=$#; _gatehouse; printf '<%s>\\n' "\${COMPREPLY[@]}"; }
      try roles li
      try policies get --account /acme/deployer P
      try accounts get /acme/comp`
    const env = {
      PATH: process.env.PATH,
      GATEHOUSE_URL: gateway.url(),
      GATEHOUSE_TOKEN: String(token),
    }
    const { stdout, stderr } = await promisify(execFile)(
      'bash',
      ['--norc', '--noprofile', '-c', shell],
      { env },
    )
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n')).toEqual([
      'complete -o default -F _gatehouse gatehouse',
      '<list>',
      '<P0>',
      '</acme/completer>',
    ])
    await rm(directory, { recursive: true })
  })

  it('has a script for each shell, and says which', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { script } = await gatehouse.json('completion', shell)
      expect(script).toContain('gatehouse __complete -- ')
    }
    const { status, stderr } = await gatehouse(['completion', 'tcsh'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')])
  })
})
