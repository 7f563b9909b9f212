import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { presets } from '../../src/issuers/registry.ts'
import { tokenOf } from '../issuers/sample.ts'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Issuer } from '../support/issuer.ts'
import { settings } from '../support/settings.ts'
import { snapshot } from '../support/snapshot.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse()

let github: Issuer
let viewer: TestActor
let stranger: TestActor

beforeAll(async () => {
  const { gateway, make } = house()
  github = await gateway.issuers.add('https://ghes.test/_services/token')
  await make.issuer(github.url, '/acme', { preset: 'github-enterprise-server' })
  viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
  stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
})

/** A token of a preset's shape, as fresh as one from a job. */
const fresh = (id: string, iss: string, overrides = {}) => {
  const at = now()
  const times = { iat: at, nbf: at, exp: at + 300 }
  return { ...tokenOf({ id }), iss, aud: settings.issuerUrl, ...times, ...overrides }
}

const push = (overrides = {}) =>
  github.mint(
    fresh('github-enterprise-server', github.url, { jti: crypto.randomUUID(), ...overrides }),
  )

interface Suggestion {
  readonly reason: string | null
  readonly claims: Record<string, unknown> | null
  readonly policy: Record<string, unknown> | null
  readonly warnings: string[]
  readonly notes: { claim: string; bound: boolean }[]
  readonly yaml: string
  readonly curl: string
  readonly call: { readonly method: string; readonly path: string; readonly body: unknown }
}

const ask = (body: unknown, actor = viewer) => actor.call('POST', '/policy-suggestions', body)

const suggestion = async (body: unknown): Promise<Suggestion> => {
  const answer = await ask(body)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Suggestion
}

describe('a pasted token', () => {
  it('becomes a policy that saves as it is and accepts the next token of the job', async () => {
    const account = await house().account('learner', { policies: [], roles: [house().roles.api1] })
    const found = await suggestion({ service_account_id: account.id, token: push() })
    expect(found.reason).toBeNull()
    expect(found.call.path).toBe(`/admin/v1/service-accounts/${account.id}/trust-policies`)
    const saved = await house().gateway.admin('POST', found.call.path.slice(9), found.call.body)
    expect(saved.status).toBe(201)
    const { warnings } = (await saved.json()) as { warnings: string[] }
    expect(found.warnings).toEqual(expect.arrayContaining(warnings))
    const next = house().BR({ subject_token: push(), client_id: account.client_id })
    await expectIssued(await house().gateway.token({ ...next, resource: API_1 }))
    const pull = house().BR({
      subject_token: push({ ref: 'refs/heads/x' }),
      client_id: account.client_id,
    })
    expect((await house().gateway.token(pull)).status).toBe(400)
  })

  it('is shown as YAML, curl and API call, which say the same', async () => {
    const found = await suggestion({ namespace: '/acme', token: push() })
    const { kind, service_account, policies } = parse(found.yaml)
    expect([kind, service_account]).toEqual(['TrustPolicies/v1', '/acme/new-account'])
    expect(policies).toEqual([
      { ...(found.call.body as object), preset: 'github-enterprise-server' },
    ])
    const [, ...lines] = found.curl.split("<<'POLICY'\n")
    expect(JSON.parse(lines.join('').replace(/\nPOLICY$/, ''))).toEqual(found.call.body)
    expect(found.policy).toMatchObject(found.call.body as object)
    expect(found.curl).not.toMatch(/eyJ/)
  })

  it('spends nothing, records nothing, and can be exchanged afterwards', async () => {
    const before = await snapshot(house().gateway)
    const token = house().BT()
    const first = await suggestion({ service_account_id: house().deployer.id, token })
    expect(first.policy).toMatchObject({ bound_claims: { repository_id: '1001' } })
    expect(await snapshot(house().gateway)).toEqual(before)
    await expectIssued(await house().gateway.token(house().BR({ subject_token: token })))
  })

  it('that has expired says enough, and that it has', async () => {
    const token = push({ iat: now() - 900, nbf: now() - 900, exp: now() - 600 })
    const { policy, warnings } = await suggestion({ namespace: '/acme', token })
    expect(policy).not.toBeNull()
    expect(warnings[0]).toMatch(/^stale_token: assertion_expired/)
  })

  it('of a pull request gets a policy that is switched off', async () => {
    const { policy } = await suggestion({
      namespace: '/acme',
      token: push({ event_name: 'pull_request' }),
    })
    expect(policy?.enabled).toBe(false)
  })
})

describe('a token that proves nothing', () => {
  const forged = () => {
    const [header, body, signature = ''] = push().split('.')
    const first = signature.startsWith('A') ? 'B' : 'A'
    return `${header}.${body}.${first}${signature.slice(1)}`
  }

  it.each([
    ['signature', forged],
    ['not_three_segments', () => 'x'],
    [
      'unknown_issuer',
      () =>
        house().gateway.issuers.evil.mint(
          house().claims({ iss: house().gateway.issuers.evil.url }),
        ),
    ],
    [
      'unknown_issuer',
      () => house().gateway.issuers.b.mint(house().claims({ iss: 'https://issuer-b.test' })),
    ],
    ['exp_missing', () => push({ exp: undefined })],
  ])('is answered with the reason alone: %s', async (reason, token) => {
    const answer = await suggestion({ namespace: '/acme', token: token() })
    expect(answer).toEqual({
      reason,
      issuer: null,
      claims: null,
      policy: null,
      notes: [],
      warnings: [],
      yaml: null,
      call: null,
      curl: null,
    })
  })
})

describe('who may ask', () => {
  it('is who may read policies there; to all others nothing is there', async () => {
    const token = push()
    const { id } = house().deployer
    await expectProblem(await ask({ service_account_id: id, token }, stranger), 404, 'not-found')
    const elsewhere = await ask({ namespace: '/acme', token }, stranger)
    const nowhere = await ask({ namespace: '/nowhere', token }, stranger)
    expect(await elsewhere.clone().text()).toBe(await nowhere.text())
    await expectProblem(elsewhere, 422, 'invalid-reference')
  })

  it('says where, once', async () => {
    const token = push()
    for (const body of [
      { token },
      { token, namespace: '/acme', service_account_id: house().deployer.id },
      { token, namespace: '/acme', x: 1 },
      { namespace: '/acme' },
    ]) {
      expect((await ask(body)).status).toBe(422)
    }
  })
})

// Jobs of all kinds, each by an issuer that is registered with its preset.
describe.each(presets.map(({ id }) => ({ id })))('a token of $id', ({ id }) => {
  it('gets a policy that saves without a refusal', async () => {
    const { gateway, make } = house()
    const preset = presets.find((each) => each.id === id)
    const url = String(preset?.issuer ?? tokenOf({ id }).iss)
    const issuer = await gateway.issuers.add(url)
    const namespace = `/of-${id}`
    await make.namespace(namespace)
    await make.issuer(url, namespace, { preset: id })
    const account = await make.create('/service-accounts', { namespace, name: 'job' })
    const token = issuer.mint(fresh(id, url, { jti: crypto.randomUUID() }))
    const asked = { service_account_id: account.id, token }
    const answer = await gateway.admin('POST', '/policy-suggestions', asked)
    const { call, policy, warnings } = (await answer.json()) as Suggestion
    expect([policy === null, warnings]).toEqual([false, expect.any(Array)])
    const saved = await gateway.admin('POST', call.path.slice(9), call.body)
    expect([saved.status, await saved.text()]).toEqual([201, expect.any(String)])
  })
})
