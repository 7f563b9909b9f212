import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { assertionClaims, registerKey, signAssertion, withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { DOORS, now, policyP0, TOKEN_EXCHANGE } from '../support/baseline.ts'
import { expectB400, expectC401, expectError, expectIssued, expectS400 } from '../support/expect.ts'
import { type Account, API_1, API_2 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { mismatch, type Told } from '../support/judging.ts'
import { makeEcKey } from '../support/keys.ts'
import { expectOneIssued } from '../support/race.ts'

const house = useHouse({ preset: 'github-actions' })

const IDS = { repository_id: '1001', repository_owner_id: '501' }
const SIDE = { ref: 'refs/heads/side' }

let once: Account
let count = 0

beforeAll(async () => {
  once = await trusting({ replay: 'single_use' })
})

function trusting(policy: Claims = {}, members: Claims = {}): Promise<Account> {
  count += 1
  const { account, gateway } = house()
  const bound_claims = { ...IDS, ref: 'refs/heads/main' }
  const policies = [policyP0(gateway.issuers.a.url, { bound_claims, ...policy })]
  return account(`federated-${count}`, { policies, members })
}

/** Presents a platform's token as the client assertion. */
const login = (token: string, account = once, form: Record<string, string | undefined> = {}) =>
  house().gateway.token({
    grant_type: 'client_credentials',
    client_id: account.client_id,
    resource: API_1,
    ...withAssertion(token),
    ...form,
  })

/** Presents it as the subject of a token exchange. */
const exchange = (token: string, account = once) =>
  house().gateway.token({
    ...DOORS[0].form(token),
    client_id: account.client_id,
    resource: API_1,
  })

/** Expects the refusal of a client with exactly this detail. */
async function expectTold(response: Response, told: Told): Promise<string> {
  const { reason, failed_claims, ...rest } = (await response.json()) as Claims
  expect({ reason, failed_claims }).toEqual({
    reason: told.reason,
    failed_claims: told.failed_claims,
  })
  const plain = new Response(JSON.stringify(rest), response)
  await expectC401(plain.clone())
  return (await expectError(plain, 401, 'invalid_client')).decision_id
}

describe('a platform’s token as the client assertion', () => {
  test('is judged by the trust policies, like at every door', async () => {
    const { gateway, BT } = house()
    const { access_token, scope } = await expectIssued(await login(BT()))
    const exchanged = await expectIssued(await exchange(BT()))
    const { iat: _1, exp: _2, jti: _3, decision_id: _4, ...claims } = decodeJwt(access_token)
    expect(claims).toMatchObject({
      sub: once.id,
      client_id: once.client_id,
      scope,
      act: { iss: gateway.issuers.a.url, sub: 'repo:acme/app:ref:refs/heads/main' },
      provenance: { repository: 'acme/app', repository_id: '1001' },
      policy: expect.stringMatching(/^tp_[0-9a-z]+@1$/),
    })
    const {
      iat: _5,
      exp: _6,
      jti: _7,
      decision_id: _8,
      ...others
    } = decodeJwt(exchanged.access_token)
    expect(claims).toEqual(others)
  })

  test('is recorded as what it was', async () => {
    const { access_token } = await expectIssued(await login(house().BT()))
    const { decision_id } = decodeJwt(access_token)
    const found = await house().gateway.admin('GET', `/decisions/${decision_id}`)
    expect(await found.json()).toMatchObject({
      outcome: 'issued',
      grant_type: 'client_credentials',
      issuer: house().gateway.issuers.a.url,
      policies: [{ satisfied: true }],
    })
  })

  test('narrows by scope and names a target, and neither spends it', async () => {
    const token = house().BT()
    await expectB400(await login(token, once, { scope: 'deploy:destroy' }), 'invalid_scope')
    await expectB400(await login(token, once, { resource: API_2 }), 'invalid_target')
    const narrowed = await login(token, once, { scope: 'deploy:read' })
    expect((await expectIssued(narrowed)).scope).toBe('deploy:read')
  })

  test('needs client_id', async () => {
    await expectC401(await login(house().BT(), once, { client_id: undefined }))
  })

  test('switching client credentials off is about secrets', async () => {
    const account = await trusting()
    expect(account.client_credentials).toMatchObject({ enabled: false })
    await expectIssued(await login(house().BT(), account))
  })
})

describe('once', () => {
  test('at whichever door comes first', async () => {
    const { BT } = house()
    const [one, other] = [BT(), BT()]
    await expectIssued(await login(one))
    await expectTold(await login(one), { reason: 'assertion_reused' })
    expect(await (await exchange(one)).json()).toMatchObject({ reason: 'assertion_reused' })
    await expectIssued(await exchange(other))
    await expectTold(await login(other), { reason: 'assertion_reused' })
  })

  test('a token without jti is known by its signed part', async () => {
    const token = house().BT({ jti: undefined })
    await expectIssued(await login(token))
    await expectTold(await login(token), { reason: 'assertion_reused' })
  })

  test('an old token, which the edge remembers', async () => {
    const at = now() - 120
    const token = house().BT({ iat: at, nbf: at })
    await expectIssued(await login(token))
    await house().gateway.restart()
    await expectTold(await login(token), { reason: 'assertion_reused' })
  })

  test('race: 50 at this door', async () => {
    const token = house().BT()
    const responses = await Promise.all(Array.from({ length: 50 }, () => login(token)))
    expectOneIssued(responses, [401])
  })

  test('race: 50 at both doors', async () => {
    const token = house().BT()
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? login(token) : exchange(token))),
    )
    expectOneIssued(responses, [400, 401])
  })

  test('and as often as the job likes where the policy says so', async () => {
    const account = await trusting({ replay: 'reusable' })
    const token = house().BT()
    await expectIssued(await login(token, account))
    await expectIssued(await login(token, account))
    await expectTold(await login(token), { reason: 'assertion_reused' })
  })
})

describe('refused', () => {
  test('with the detail that its repository has earned', async () => {
    const { BT, gateway } = house()
    const at = now()
    const id = await expectTold(await login(BT(SIDE)), mismatch(SIDE))
    const expired = BT({ iat: at - 600, nbf: at - 600, exp: at - 60 })
    await expectTold(await login(expired), { reason: 'assertion_expired' })
    const elsewhere = BT({ aud: 'https://vault.acme.test' })
    await expectTold(await login(elsewhere), { reason: 'audience_mismatch' })
    const found = await gateway.admin('GET', `/decisions/${id}`)
    expect(await found.json()).toMatchObject({
      outcome: 'refused',
      grant_type: 'client_credentials',
      service_account_id: once.id,
      policies: [{ satisfied: false }],
    })
  })

  test('without any, for a fork and for a signature that is none', async () => {
    const { BT } = house()
    await expectC401(await login(BT({ ...SIDE, repository_id: '2002' })))
    const token = BT()
    await expectC401(await login(`${token.slice(0, token.lastIndexOf('.'))}.AAAA`))
    await expectIssued(await login(token))
  })

  test('AC-214 by accounts that trust none, and unknown ones, without a request to anybody', async () => {
    const { BT, gateway, account } = house()
    const { evil } = gateway.issuers
    evil.reset()
    const bare = await account('bare', { policies: [] })
    await expectC401(await login(BT(), bare))
    await expectC401(await login(BT(), { ...bare, client_id: 'nobody' }))
    await expectC401(await login(BT({ iss: evil.url })))
    expect(evil.hits()).toBe(0)
  })

  test('where the grant is not enabled, which only a good token learns', async () => {
    const { BT } = house()
    const closed = await trusting({}, { grant_types: [TOKEN_EXCHANGE] })
    await expectTold(await login(BT(SIDE), closed), mismatch(SIDE))
    await expectB400(await login(BT(), closed), 'unauthorized_client')
    await expectIssued(await exchange(BT(), closed))
    const only = await trusting({}, { grant_types: ['client_credentials'] })
    await expectIssued(await login(BT(), only))
    await expectB400(await exchange(BT(), only), 'unauthorized_client')
  })

  test('at once when the account, its policy or the issuer is disabled', async () => {
    const { BT, gateway, issuers } = house()
    const account = await trusting()
    const path = `/service-accounts/${account.id}`
    const policy = (account.trust_policies as { id: string; version: number }[])[0]
    const switches: [string, () => Promise<string>][] = [
      [path, async () => '*'],
      [
        `${path}/trust-policies/${policy?.id}`,
        () => etagOf(`${path}/trust-policies/${policy?.id}`),
      ],
      [`/issuers/${issuers.a.id}`, async () => '*'],
    ]
    for (const [target, version] of switches) {
      for (const enabled of [false, true]) {
        const ifMatch = await version()
        const changed = await gateway.admin('PATCH', target, { enabled }, { ifMatch })
        expect(changed.status, target).toBe(200)
        const response = await login(BT(), account)
        if (enabled) await expectIssued(response)
        else await expectC401(response)
      }
    }
  })

  test('as the client credential beside a token to exchange', async () => {
    const { BT, gateway, deployer } = house()
    const assertion = BT()
    for (const door of DOORS) {
      const form = { client_id: deployer.client_id, resource: API_1, ...withAssertion(assertion) }
      await expectC401(await gateway.token({ ...door.form(BT()), ...form }))
      await expectC401(await gateway.token({ ...door.form(assertion), ...form }))
    }
    await expectIssued(await exchange(assertion))
  })

  test('AC-215 a token of ours, even where the gateway’s own URL is looked for', async () => {
    const { access_token } = await expectIssued(await login(house().BT()))
    await expectC401(await login(access_token))
    await expectC401(await login(access_token, once, { client_id: undefined }))
    await expectS400(await exchange(access_token))
  })

  test('beside a secret or a second assertion', async () => {
    const { BT, gateway } = house()
    const token = BT()
    await expectB400(await login(token, once, { client_secret: 'x' }), 'invalid_request')
    const twice = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: once.client_id,
      ...withAssertion(token),
    })
    twice.append('client_assertion', token)
    const response = await gateway.fetch('/oauth/token', { method: 'POST', body: twice })
    await expectB400(response, 'invalid_request')
    await expectIssued(await login(token))
  })
})

test('an account may have both: its key, and its platform’s tokens', async () => {
  const { gateway, BT } = house()
  const account = await trusting()
  const key = await makeEcKey('c1')
  await registerKey(gateway, account.id, { jwk: key.jwk })
  await expectIssued(await login(BT(), account))
  const assertion = signAssertion(assertionClaims(account.client_id), key)
  await expectIssued(await login(assertion, account))
  await vi.waitFor(async () => expect((await login(assertion, account)).status).toBe(401))
})

async function etagOf(path: string): Promise<string> {
  const response = await house().gateway.admin('GET', path)
  return String(response.headers.get('etag'))
}
