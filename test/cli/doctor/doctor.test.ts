import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { useHouse } from '../../support/attack.ts'
import { policyP0 } from '../../support/baseline.ts'
import { type Changed, commandLine, fetchFrom } from '../../support/in-process.ts'

const house = useHouse()
const gatehouse = commandLine(() => house().gateway)

interface Report {
  readonly status: number | null
  readonly checks: readonly Finding[]
  /** What a check came to; one that found several things, its first. */
  of(check: string): Finding | undefined
}

// Issuers of the tests are nowhere on the network: here they answer with a document. The platform
// that a gateway is deployed on says the time in every answer, as workerd alone does not.
const fetchWithIssuers = (): ((request: Request) => Promise<Response>) => {
  const gateway = fetchFrom(house().gateway)
  return async (request) => {
    if (request.url.includes('openid-configuration')) return Response.json({})
    const answer = await gateway(request)
    const headers = new Headers(answer.headers)
    headers.set('date', new Date().toUTCString())
    return new Response(answer.body, { status: answer.status, headers })
  }
}

const examine = async (changed: Changed = {}, env = {}): Promise<Report> => {
  const command = commandLine(() => house().gateway, env)
  const { status, stdout } = await command(['doctor', '--json'], {
    fetch: fetchWithIssuers() as never,
    ...changed,
  })
  const { checks } = JSON.parse(stdout) as { checks: Finding[] }
  return { status, checks, of: (name) => checks.find(({ check }) => check === name) }
}

const dayMs = 86_400_000

describe('doctor', () => {
  it('finds nothing wrong with a gateway that is well, and only reads', async () => {
    const p0 = ['P0', '--account', '/acme/deployer']
    await gatehouse.json('policies', 'update', ...p0, '--replay', 'single_use')
    const methods = new Set<string>()
    const inner = fetchWithIssuers()
    const fetch = (request: Request) => {
      methods.add(request.method)
      return inner(request)
    }
    const { status, checks } = await examine({ fetch })
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
    expect([status, [...methods]]).toEqual([0, ['GET']])
    expect(checks.map(({ check }) => check)).toEqual([
      'url',
      'ready',
      'clock',
      'keys',
      'feed',
      'credential',
      'rights',
      'issuers',
      'signing_keys',
      'authentication',
      'expiring',
      'weak_policies',
      'policy_audience',
      'unused',
    ])
  })

  it('finds what is weak, closed, switched off or about to expire', async () => {
    const { gateway, register } = house()
    await house().account('closed', { policies: [] })
    await house().account('weak', {
      policies: [
        policyP0(gateway.issuers.a.url, {
          bound_claims: { repository: 'acme/app', ref: 'refs/heads/main' },
          acknowledge: ['mutable_identity'],
        }),
      ],
    })
    await gatehouse.json(
      'secrets',
      'create',
      '--account',
      '/acme/deployer',
      '--expires-in-days',
      '5',
    )
    const issuer = await register(await gateway.issuers.add('https://issuer-off.test'))
    await gatehouse.json('issuers', 'update', issuer.id, '--no-enabled')
    const report = await examine()
    expect(report.status).toBe(6)
    expect(report.of('authentication')).toMatchObject({
      state: 'warn',
      message: '/acme/closed has no way to authenticate',
    })
    expect(report.of('weak_policies')?.state).toBe('note')
    expect(report.of('weak_policies')?.message).toContain('"P0" of /acme/weak: ')
    expect(report.of('expiring')?.message).toMatch(
      /^sec_\w+ of \/acme\/deployer expires in [45] day/,
    )
    expect(report.of('issuers')?.next).toBe(`gatehouse issuers update ${issuer.id} --enabled`)
    for (const { state, next } of report.checks) expect(next === null).toBe(state === 'ok')
  })

  it('finds a clock that is off, and what nobody has used for long', async () => {
    const report = await examine({ now: () => Date.now() + 40 * dayMs })
    expect(report.of('clock')).toMatchObject({
      state: 'warn',
      message: expect.stringContaining('ahead of'),
    })
    expect(report.of('feed')).toMatchObject({ state: 'fail' })
    expect(report.of('unused')?.message).toContain('nothing on record was issued to')
    expect(
      report.checks.some(
        ({ check, message }) => check === 'expiring' && message.includes('has expired'),
      ),
    ).toBe(true)
  })

  it('finds policies that expect another gateway', async () => {
    const { gateway, account } = house()
    const { id } = await account('moved')
    await gateway.db.execute({
      sql: 'UPDATE trust_policies SET audience = ? WHERE service_account_id = ?',
      args: ['https://old.test', id],
    })
    const report = await examine()
    expect(report.of('policy_audience')).toMatchObject({
      state: 'fail',
      message:
        '"P0" of /acme/moved expects tokens for https://old.test, and this gateway is https://gw.test',
    })
    expect(report.status).toBe(6)
  })

  it('finds a gateway that goes by another name', async () => {
    const report = await examine(
      { fetch: (request) => fetch(request) },
      { GATEHOUSE_URL: house().gateway.url() },
    )
    expect(report.of('url')).toMatchObject({
      state: 'fail',
      next: expect.stringContaining('use https://gw.test'),
    })
    expect(report.of('credential')).toMatchObject({ state: 'fail' })
    expect(report.status).toBe(6)
  })

  it('ends with 8 where nothing, or something else, answers', async () => {
    const down = await examine({ fetch: async () => Promise.reject(new TypeError('fetch failed')) })
    expect([down.status, down.checks.length]).toEqual([8, 1])
    const other = await examine({ fetch: async () => new Response('<html>', { status: 200 }) })
    expect([other.status, other.of('url')?.message]).toEqual([
      8,
      expect.stringContaining('is not a gateway'),
    ])
  })

  it('finds a credential that is none, and goes no further', async () => {
    const report = await examine({}, { GATEHOUSE_TOKEN: 'gtht_nothing' })
    expect([report.status, report.checks.at(-1)?.check]).toEqual([6, 'credential'])
    expect(report.of('credential')?.message).toContain('Authentication required')
    expect(JSON.stringify(report.checks)).not.toContain('gtht_nothing')
  })

  it('says in a job whether there is an identity token', async () => {
    const { BT } = house()
    const token = BT()
    const given = await examine({}, { CI: 'true', GATEHOUSE_ID_TOKEN: token })
    expect(given.of('id_token')).toMatchObject({
      state: 'ok',
      message: expect.stringContaining('https://issuer-a.test'),
    })
    expect(JSON.stringify(given.checks)).not.toContain(token)
    const none = await examine({}, { CI: 'true', GITHUB_ACTIONS: 'true' })
    expect(none.of('id_token')).toMatchObject({ state: 'fail' })
    expect(none.of('id_token')?.next).toContain('id-token: write')
    const nowhere = await gatehouse(['doctor'], {
      fetch: fetchWithIssuers(),
      env: { GATEHOUSE_URL: 'https://gw.test', GATEHOUSE_TOKEN: token, CI: 'true' },
    })
    expect(nowhere.stdout).toContain('warn  id_token')
    expect(nowhere.stdout).not.toContain('\ufffd')
  })
})
