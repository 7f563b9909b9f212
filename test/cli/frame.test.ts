import { describe, expect, it } from 'vitest'
import { CliFailure } from '../../src/cli/cli.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { confirm } from '../../src/cli/frame/confirm.ts'
import { readGlobals } from '../../src/cli/frame/globals.ts'
import { openCli } from '../../src/cli/frame/terminal.ts'
import { commandLine } from '../support/command-line.ts'
import { stage } from '../support/surroundings.ts'

const env = { GATEHOUSE_URL: 'https://gateway.test', GATEHOUSE_CLIENT_ID: 'cli_x' }

describe('the command line', () => {
  it('helps on stdout: without a command, on one, and on exit codes', async () => {
    const alone = await commandLine([])
    expect([alone.status, alone.stderr]).toEqual([0, ''])
    for (const name of ['exchange', 'exec', 'revoke', 'login', 'whoami', 'config', 'policy']) {
      expect(alone.stdout).toContain(`  ${name}`)
    }
    expect((await commandLine(['help', 'exchange'])).stdout).toContain('--output-file')
    const codes = await commandLine(['help', 'exit-codes', '--json'])
    expect(JSON.parse(codes.stdout).map(({ code }: { code: number }) => code)).toEqual(
      Object.values(exitCodes),
    )
    expect((await commandLine(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await commandLine(['help', 'nonsense'])).status).toBe(2)
  })

  it.each([
    [['exchnge'], "unknown command 'exchnge'", 'Did you mean exchange'],
    [['exchange', '--cleint-id', 'x'], "unknown option '--cleint-id'", '--client-id'],
    [['exchange', '--output', 'xml'], 'token, json, env, header-file', ''],
    [['config'], 'config is a group of commands', 'gatehouse help config'],
    [['exec'], 'missing required argument', ''],
  ])('%j is a mistake with exit code 2, in words and in JSON', async (argv, message, hint) => {
    const words = await commandLine(argv, { env })
    expect([words.status, words.stdout]).toEqual([2, ''])
    expect(words.stderr).toContain(message)
    expect(words.stderr).toContain(hint)
    const json = await commandLine([...argv, '--json'], { env })
    expect([json.status, json.stderr]).toEqual([2, ''])
    expect(JSON.parse(json.stdout)).toEqual({
      error: {
        code: 'usage',
        message: expect.stringContaining(message),
        next: expect.any(String),
        correlation_id: null,
        details: {},
      },
    })
  })

  it.each([
    ['--client-secret', 'hunter2'],
    ['--client-secret=hunter2'],
    ['--token=hunter2'],
    ['--password', 'hunter2'],
  ])('refuses %s as an argument, whose value it does not repeat', async (...secret) => {
    const { status, stdout, stderr } = await commandLine(['exchange', ...secret], { env })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('--client-secret-stdin')
    expect(stderr).not.toContain('hunter2')
  })

  it('leaves the options of the program behind -- alone', () => {
    const given = readGlobals(['exec', '--quiet', '--', 'deploy', '--json', '--yes', '--token=x'])
    expect(given).toMatchObject({ json: false, yes: false, quiet: true })
  })

  it('tells a defect without what it quotes', async () => {
    const readStdin = async (): Promise<string> => {
      throw new Error('cannot read eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.AAAA')
    }
    const argv = ['exchange', '--output', 'token', '--client-secret-stdin', '--verbose']
    const { status, stderr } = await commandLine(argv, { env, readStdin })
    expect(status).toBe(1)
    expect(stderr).not.toContain('eyJ')
  })
})

describe('a question', () => {
  const cli = (argv: readonly string[], given = {}) =>
    openCli(
      {
        ...stage(),
        cwd: '/',
        isTerminal: true,
        writeOut: () => {},
        writeErr: () => {},
        ...given,
      },
      readGlobals(argv),
    )

  it('is asked only where somebody sits', () => {
    expect(cli([]).interactive).toBe(true)
    expect(cli(['--no-input']).interactive).toBe(false)
    expect(cli([], { env: { CI: 'true' } }).interactive).toBe(false)
    expect(cli([], { isTerminal: false }).interactive).toBe(false)
  })

  it('is answered by --yes, which has to be given elsewhere', async () => {
    await confirm(cli(['--yes']), 'Delete it?')
    const refused = confirm(cli(['--no-input']), 'Delete it?')
    await expect(refused).rejects.toBeInstanceOf(CliFailure)
    await expect(refused).rejects.toMatchObject({ exit: 'usage', next: 'add --yes to do it' })
  })
})
