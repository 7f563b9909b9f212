import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type WrittenPolicy, writePolicyFile } from '../../src/policy-file/write.ts'
import { runCli } from '../support/cli-in-process.ts'
import { useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-policy-`)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const env = () => {
  const { client_id, client_secret } = setting().gateway.credentials
  return {
    GATEHOUSE_URL: setting().gateway.url,
    GATEHOUSE_CLIENT_ID: client_id,
    GATEHOUSE_CLIENT_SECRET: client_secret,
  }
}

const policy = (members: Partial<WrittenPolicy> = {}): WrittenPolicy => ({
  name: 'deploy from main',
  issuer: setting().ci.url,
  preset: 'github-actions',
  audience: setting().gateway.url,
  bound_claims: { repository_id: '800002', repository_owner_id: '90001', ref: 'refs/heads/main' },
  ...members,
})

const write = async (
  policies: readonly WrittenPolicy[],
  service_account = '/acme/payments/deploy-bot',
): Promise<string> => {
  const path = join(directory, 'deploy.trust.yaml')
  await writeFile(path, writePolicyFile([{ service_account, policies }]))
  return path
}

const cli = (...argv: string[]) => runCli(['policy', ...argv], { cwd: directory, env: env() })

const saved = async () => {
  const params = { path: { service_account_id: setting().accountId } }
  const { data } = await setting().api.GET(
    '/admin/v1/service-accounts/{service_account_id}/trust-policies',
    { params },
  )
  return data?.data.map(({ name }) => name)
}

describe('gatehouse policy diff and apply', () => {
  it('finds nothing to change, and changes nothing', async () => {
    await write([policy()])
    const diff = await cli('diff')
    expect([diff.status, diff.stderr]).toEqual([0, ''])
    expect(diff.stdout).toContain('nothing to change')
    expect((await cli('apply')).status).toBe(0)
  })

  it('says who gains and who loses, and asks before it does it', async () => {
    await write([
      policy({ bound_claims: { ...policy().bound_claims, ref: 'refs/heads/release' } }),
      policy({
        name: 'from tags',
        bound_claims: { ...policy().bound_claims, ref: { glob: 'refs/tags/v*' } },
      }),
    ])
    const diff = await cli('diff')
    expect(diff.status).toBe(6)
    expect(diff.stdout).toContain(
      '~ policy "deploy from main" of /acme/payments/deploy-bot changes',
    )
    expect(diff.stdout).toMatch(/gains access: .*refs\/heads\/release/)
    expect(diff.stdout).toMatch(/loses access: .*refs\/heads\/main/)
    expect(diff.stdout).toContain('+ policy "from tags" of /acme/payments/deploy-bot is new')
    expect(diff.stdout).not.toContain('\u001b')

    const unasked = await cli('apply')
    expect(unasked.status).toBe(2)
    expect(unasked.stderr).toContain('--yes')
    expect(await saved()).toEqual(['deploy from main'])

    const done = await cli('apply', '--yes')
    expect([done.status, done.stdout]).toEqual([0, 'applied 2 changes\n'])
    expect(await saved()).toEqual(['deploy from main', 'from tags'])
    expect((await cli('diff')).status).toBe(0)
  })

  it('shows every claim whole, however many there are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `refs/heads/release-2026-11-${i}`)
    const ref = { any_of: [...many, { glob: 'refs/pull/**' }] }
    await write([
      policy(),
      policy({ name: 'wide', bound_claims: { ...policy().bound_claims, ref } }),
    ])
    const diff = await cli('diff')
    expect(diff.stdout).toContain('{"glob":"refs/pull/**"}]}')
    const { steps } = JSON.parse((await cli('diff', '--json')).stdout).error.details
    const wide = steps.find((step: { key: { name: string } }) => step.key.name === 'wide')
    expect(wide.bound_claims.ref).toEqual(ref)
  })

  it('refuses files that were tried by another preset than the gateway judges by', async () => {
    await write([policy({ preset: 'github-enterprise-server' })])
    const diff = await cli('diff')
    expect(diff.status).toBe(6)
    expect(diff.stderr).toContain('registered with github-actions')
    expect((await cli('apply', '--yes')).status).toBe(6)
  })

  it('keeps what the files lack until it is told to prune', async () => {
    await write([policy()])
    const kept = await cli('apply', '--yes')
    expect(kept.status).toBe(0)
    expect(kept.stderr).toContain(
      'policy "from tags" of /acme/payments/deploy-bot is in no file and stays',
    )
    expect(await saved()).toEqual(['deploy from main', 'from tags'])
    const pruned = await cli('apply', '--yes', '--prune')
    expect(pruned.stderr).toContain('- policy "from tags"')
    expect(await saved()).toEqual(['deploy from main'])
  })

  it('touches no account that no file names, and makes none unless told to', async () => {
    await write([policy({ name: 'from the other' })], '/acme/payments/other-bot')
    const refused = await cli('apply', '--yes', '--prune')
    expect(refused.status).toBe(3)
    expect(refused.stderr).toContain('--create-accounts')
    const made = await cli('apply', '--yes', '--prune', '--create-accounts')
    expect(made.status).toBe(0)
    expect(await saved()).toEqual(['deploy from main'])
  })

  it('leaves everything else of an account as it is', async () => {
    const params = { path: { service_account_id: setting().accountId } }
    const of = async () =>
      (await setting().api.GET('/admin/v1/service-accounts/{service_account_id}', { params })).data
    await setting().api.PATCH('/admin/v1/service-accounts/{service_account_id}', {
      params,
      body: { description: 'of the payments team', max_token_ttl_seconds: 120 },
    })
    await write([policy({ max_token_ttl_seconds: 300 })])
    expect((await cli('apply', '--yes')).status).toBe(0)
    expect(await of()).toMatchObject({
      description: 'of the payments team',
      max_token_ttl_seconds: 120,
    })
  })

  it('explains that another owner has to agree', async () => {
    const { data } = await setting().api.GET('/admin/v1/namespaces', {
      params: { query: { path: '/acme/payments' } },
    })
    const params = { path: { namespace_id: data?.data[0]?.id ?? '' } }
    const demand = (widening_needs_approval: boolean) =>
      setting().api.PATCH('/admin/v1/namespaces/{namespace_id}', {
        params,
        body: { widening_needs_approval },
      })
    await demand(true)
    await write([policy({ name: 'wider', max_token_ttl_seconds: 300 })])
    const waiting = await cli('apply', '--yes')
    await demand(false)
    expect(waiting.status).toBe(7)
    expect(waiting.stderr).toContain('another owner has to agree to "wider"')
    expect(waiting.stderr).toContain('gatehouse pending approve')
    expect(await saved()).toEqual(['deploy from main'])
  })

  it('sends nothing while a file is faulty', async () => {
    const path = await write([policy({ bound_claims: { ref: 'refs/heads/main' } })])
    const refused = await cli('apply', '--yes', path)
    expect(refused.status).toBe(6)
    expect(refused.stderr).toMatch(/deploy\.trust\.yaml:\d+:\d+: error/)
  })

  it('tells programs in one object', async () => {
    await write([policy({ enabled: false })])
    const { status, stdout } = await cli('diff', '--json')
    expect(status).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'findings',
        details: { steps: [{ action: 'update', kind: 'trust_policy' }], kept: [] },
      },
    })
  })

  it('pulls what the gateway has as a file that changes nothing', async () => {
    const { status, stdout } = await cli('pull', '/acme/payments/deploy-bot')
    expect(status).toBe(0)
    await writeFile(join(directory, 'deploy.trust.yaml'), stdout)
    expect((await cli('diff')).stdout).toContain('nothing to change')
    expect((await cli('pull', '/acme/payments/nobody')).status).toBe(3)
  })

  it('applies nothing when something was changed after it was planned', async () => {
    await write([policy({ max_token_ttl_seconds: 240 })])
    const change = () =>
      setting().api.PATCH('/admin/v1/service-accounts/{service_account_id}', {
        params: { path: { service_account_id: setting().accountId } },
        body: { description: 'changed meanwhile' },
      })
    const ended = await runCli(['policy', 'apply', '--yes'], {
      cwd: directory,
      env: env(),
      fetch: async (request) => {
        const { pathname, searchParams } = new URL(request.url)
        const isReal = pathname.endsWith(':apply') && searchParams.get('dry_run') !== 'true'
        if (isReal) await change()
        return fetch(request)
      },
    })
    expect(ended.status).toBe(7)
    expect((await cli('diff')).stdout).toContain('max_token_ttl_seconds')
  })
})
