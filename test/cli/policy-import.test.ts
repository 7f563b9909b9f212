import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPolicyFile } from '../../src/policy-file/read.ts'
import { runCli } from '../support/cli-in-process.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-import-`)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const cli = (...argv: string[]) =>
  runCli(
    ['policy', 'import', ...argv, '--service-account', '/acme/bot', '--url', 'https://gw.test'],
    {
      cwd: directory,
    },
  )

const sts = `issuer: https://token.actions.githubusercontent.com
subject: repo:acme/app:ref:refs/heads/main
`

describe('gatehouse policy import', () => {
  it('prints a policy file, and says which ids to add', async () => {
    await writeFile(join(directory, 'deploy.sts.yaml'), sts)
    const { status, stdout, stderr } = await cli('octo-sts', 'deploy.sts.yaml')
    expect(status).toBe(0)
    expect(readPolicyFile(stdout).ok).toBe(true)
    expect(stdout).toContain('# add repository_id and repository_owner_id')
    expect(stderr).toContain('deploy.sts.yaml:1:1: warning: "deploy" binds names only')
  })

  it('ends with 6 and names the line of what it left out', async () => {
    await writeFile(join(directory, 'wide.sts.yaml'), `${sts}claim_pattern:\n  ref: .*\n`)
    const { status, stdout, stderr } = await cli('octo-sts', 'wide.sts.yaml')
    expect([status, stdout]).toEqual([6, ''])
    expect(stderr).toContain('wide.sts.yaml:4:8: error')
  })

  it('writes files, and none that is there already', async () => {
    expect((await cli('octo-sts', 'deploy.sts.yaml', '--output-dir', 'out')).status).toBe(0)
    expect(await readdir(join(directory, 'out'))).toEqual(['deploy.trust.yaml'])
    const before = await readFile(join(directory, 'out/deploy.trust.yaml'), 'utf8')
    const again = await cli('octo-sts', 'deploy.sts.yaml', '--output-dir', 'out')
    expect([again.status, again.stderr]).toEqual([7, expect.stringContaining('there already')])
    expect(await readFile(join(directory, 'out/deploy.trust.yaml'), 'utf8')).toBe(before)
  })

  it('refuses a source that it does not know', async () => {
    expect((await cli('gcp', 'deploy.sts.yaml')).status).toBe(2)
  })
})
