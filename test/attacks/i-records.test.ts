import { beforeAll, describe, expect, test, vi } from 'vitest'
import { assertionClaims, signAssertion, withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { basic } from '../support/clients.ts'
import { expectC401, expectError, expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, makeRsaKey } from '../support/keys.ts'

const house = useHouse()

let client: KeyClient

beforeAll(async () => {
  client = await makeKeyClient(house(), 'ci-key')
})

/** The log line of a refusal. */
async function logged(decisionId: string): Promise<Record<string, unknown>> {
  return vi.waitFor(() => {
    const line = house().gateway.logs.find((text) => text.includes(decisionId))
    expect(line).toBeDefined()
    return JSON.parse(String(line)) as Record<string, unknown>
  })
}

const decision = (id: string) => house().gateway.admin('GET', `/decisions/${id}`)

describe('what an admin can learn of a refusal', () => {
  const told: [string, Claims, string][] = [
    ['another audience', { aud: 'https://gw.test/' }, 'assertion_audience'],
    ['another client', { iss: 'x' }, 'assertion_client'],
    ['no jti', { jti: undefined }, 'jti_missing'],
    ['expired', { exp: 1_700_000_000 }, 'assertion_expired'],
  ]
  test.each(told)('the signature has verified: %s', async (_, claims, reason) => {
    const { client_id } = client.account
    const form = { client_id }
    const refused = await client.login(client.assertion(claims), form)
    const { decision_id } = await expectError(refused, 401, 'invalid_client')
    expect(await logged(decision_id)).toMatchObject({ reason, client_id })
    await vi.waitFor(async () => {
      const found = (await (await decision(decision_id)).json()) as Record<string, unknown>
      expect(found).toMatchObject({
        id: decision_id,
        outcome: 'refused',
        reason,
        grant_type: 'client_credentials',
        service_account_id: client.account.id,
        policies: [],
      })
      expect(found.claims).toMatchObject({ sub: client_id })
    })
  })

  test('reused', async () => {
    const text = client.assertion()
    await expectIssued(await client.login(text))
    const { decision_id } = await expectError(await client.login(text), 401, 'invalid_client')
    expect(await logged(decision_id)).toMatchObject({ reason: 'assertion_reused' })
    await vi.waitFor(async () => expect((await decision(decision_id)).status).toBe(200))
  })

  test('the assertion was good and the scope was not', async () => {
    const refused = await client.login(client.assertion(), { scope: 'deploy:destroy' })
    const { decision_id } = await expectError(refused, 400, 'invalid_scope')
    await vi.waitFor(async () => {
      const found = (await (await decision(decision_id)).json()) as Record<string, unknown>
      expect(found).toMatchObject({ outcome: 'refused', reason: 'invalid_scope' })
      expect(found.claims).toMatchObject({ iss: client.account.client_id })
    })
  })

  test('nothing has verified: a log line and nothing stored', async () => {
    const stranger = await makeEcKey('c1')
    const { client_id } = client.account
    const rows = async () =>
      (await house().gateway.db.execute('SELECT count(*) AS n FROM decisions')).rows[0]?.n
    const before = await rows()
    const attempts: [string, string][] = [
      ['signature', signAssertion(assertionClaims(client_id), stranger)],
      ['unknown_key', client.assertion({}, { kid: 'c2' })],
      ['unknown_client', signAssertion(assertionClaims('cli_0'), stranger)],
      ['algorithm', client.assertion({}, { alg: 'HS256' })],
      ['algorithm', client.assertion({}, { alg: 'RS256' })],
      ['token_type', client.assertion({}, { typ: 'at+jwt' })],
      ['key_id', client.assertion({}, { kid: '' })],
      ['critical_header', client.assertion({}, { crit: ['exp'] })],
    ]
    for (const [reason, text] of attempts) {
      const { decision_id } = await expectError(await client.login(text), 401, 'invalid_client')
      expect(await logged(decision_id)).toMatchObject({ reason })
    }
    expect(await rows()).toBe(before)
  })

  test('an issue names the key that it was for', async () => {
    const { access_token } = await expectIssued(await client.login())
    const { jti } = JSON.parse(atob(access_token.split('.')[1] ?? ''))
    const { rows } = await house().gateway.db.execute({
      sql: 'SELECT credential_id, assertion_identity, remember_until, at FROM decisions WHERE token_jti = ?',
      args: [jti],
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]?.credential_id).toBe(client.registered.id)
    expect(rows[0]?.assertion_identity).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const rememberedFor = Number(rows[0]?.remember_until) - Number(rows[0]?.at) / 1000
    expect(rememberedFor).toBeGreaterThan(200)
    expect(rememberedFor).toBeLessThanOrEqual(211)
  })

  test('a key says when it was last used', async () => {
    const one = await makeKeyClient(house(), 'used')
    const path = `/service-accounts/${one.account.id}/keys/${one.registered.id}`
    await expectIssued(await one.login())
    await vi.waitFor(async () => {
      const key = (await (await house().gateway.admin('GET', path)).json()) as Record<
        string,
        unknown
      >
      expect(Date.parse(String(key.last_used_at))).toBeGreaterThan(Date.now() - 60_000)
    })
  })
})

describe('alike to the byte', () => {
  test('AC-216 every refused client gets the same answer', async () => {
    const { gateway, account } = house()
    const off = await makeKeyClient(house(), 'off')
    await gateway.admin('PATCH', `/service-accounts/${off.account.id}`, { enabled: false })
    const bare = await account('bare', { policies: [] })
    const spent = client.assertion()
    await expectIssued(await client.login(spent))
    const answers = await Promise.all(
      [
        signAssertion(assertionClaims('nobody'), client.key),
        signAssertion(assertionClaims(bare.client_id), client.key),
        off.assertion(),
        spent,
        client.assertion({ aud: 'x' }),
        client.assertion({}, { kid: 'unknown' }),
        'no.jwt',
        house().BT(),
      ].map(async (text) => {
        const response = await client.login(text)
        const body = (await response.text()).replace(/dec_[0-9a-z]+/, 'dec_')
        const { date: _d, ...headers } = Object.fromEntries(response.headers)
        return JSON.stringify([response.status, headers, body])
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('client authentication failed')
  })
})

describe('the registered method', () => {
  const make = (method: string, name: string) =>
    makeKeyClient(house(), name, {
      members: { token_endpoint_auth_method: method, client_credentials: {} },
    })

  test('private_key_jwt: keys, and no secrets', async () => {
    const held = await make('private_key_jwt', 'held-to-keys')
    await expectIssued(await held.login())
    const { client_id, client_secret } = held.account as unknown as Record<string, string>
    const form = { grant_type: 'client_credentials', resource: API_1 }
    const { gateway } = house()
    await expectC401(await gateway.token({ ...form, client_id, client_secret }))
    const authorization = basic(String(client_id), String(client_secret))
    await expectC401(await gateway.token(form, { headers: { authorization } }))
  })

  test.each(['client_secret_basic', 'client_secret_post'])('%s: no keys', async (method) => {
    const held = await make(method, method.replaceAll('_', '-'))
    const text = held.assertion()
    await expectC401(await held.login(text))
    const path = `/service-accounts/${held.account.id}`
    await house().gateway.admin('PATCH', path, { token_endpoint_auth_method: null })
    await expectIssued(await held.login(text))
  })

  test('switching client credentials off is about secrets', async () => {
    const one = await makeKeyClient(house(), 'secrets-off', {
      members: { client_credentials: {} },
    })
    const path = `/service-accounts/${one.account.id}`
    await house().gateway.admin('PATCH', path, { client_credentials: { enabled: false } })
    await expectIssued(await one.login())
  })

  test('an account of another algorithm than the sender’s is no oracle', async () => {
    const rsa = await makeRsaKey('c1')
    const form = withAssertion(signAssertion(assertionClaims(client.account.client_id), rsa))
    const { gateway } = house()
    await expectC401(await gateway.token({ grant_type: 'client_credentials', ...form }))
  })
})
