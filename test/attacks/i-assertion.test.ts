import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { assertionClaims, registerKey, signAssertion, withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { expectB400, expectC401, expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { jws } from '../support/jws.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, spki, type TestKey } from '../support/keys.ts'

const house = useHouse()

let client: KeyClient
let other: KeyClient

beforeAll(async () => {
  client = await makeKeyClient(house(), 'ci-key')
  other = await makeKeyClient(house(), 'other-key', { key: await makeEcKey('c2') })
})

/** Logs in with a baseline assertion that has these claims and header. */
const login = (claims?: Claims, header?: Claims) => client.login(client.assertion(claims, header))

describe('accepted', () => {
  test.each([
    ['as it is', {}],
    ['typ absent', { typ: undefined }],
    ['typ JWT', { typ: 'JWT' }],
    ['typ client-authentication+jwt', { typ: 'client-authentication+jwt' }],
    ['typ in full', { typ: 'application/client-authentication+jwt' }],
  ])('AC-197 the baseline, %s', async (_, header) => {
    const { access_token, scope } = await expectIssued(await login({}, header))
    expect(decodeJwt(access_token)).toMatchObject({
      sub: client.account.id,
      client_id: client.account.client_id,
      aud: API_1,
      scope,
      namespace: '/acme',
    })
    expect(decodeJwt(access_token)).not.toHaveProperty('act')
  })

  test('AC-197 with client_id beside it, and unknown claims', async () => {
    const { client_id } = client.account
    const text = client.assertion({ permissions: ['x'], iat: now(), nbf: now() })
    await expectIssued(await client.login(text, { client_id }))
  })

  const makers: [string, () => Promise<TestKey>][] = [
    ['RS256', () => makeRsaKey('k')],
    ['PS256', () => makeRsaKey('k', 2048, 'PS256')],
    ['ES256', () => makeEcKey('k')],
    ['ES384', () => makeEcKey('k', 'ES384')],
    ['Ed25519', () => makeEd25519Key('k')],
  ]
  test.each(makers)('AC-197 signed with %s, as JWK and as PEM', async (alg, makeKey) => {
    const key = await makeKey()
    const name = `alg-${alg.toLowerCase()}`
    const one = await makeKeyClient(house(), name, { key })
    await expectIssued(await one.login())
    const { gateway } = house()
    const pem = spki(key, 'pem').toString()
    const { kid } = await registerKey(gateway, one.account.id, { pem, algorithm: alg })
    await expectIssued(await one.login(one.assertion({}, { kid })))
  })

  test('AC-197 without kid while one key applies, and not while two do', async () => {
    const one = await makeKeyClient(house(), 'no-kid')
    const nameless = () => one.assertion({}, { kid: undefined })
    await expectIssued(await one.login(nameless()))
    const rsa = await makeRsaKey('r1')
    await registerKey(house().gateway, one.account.id, { jwk: rsa.jwk })
    await expectIssued(await one.login(nameless()))
    await registerKey(house().gateway, one.account.id, { jwk: (await makeEcKey('c9')).jwk })
    await expectC401(await one.login(nameless()))
    await expectIssued(await one.login())
  })

  test('AC-199 the issuer alone in an array', async () => {
    await expectIssued(await login({ aud: ['https://gw.test'] }))
  })

  test('AC-207 five seconds before it expires', async () => {
    await expectIssued(await login({ exp: now() + 5 }))
  })

  test('a key that was registered with another audience takes that one instead of ours', async () => {
    const assertion_audience = 'console-client-credentials'
    const old = await makeKeyClient(house(), 'old', { registration: { assertion_audience } })
    await expectIssued(await old.login(old.assertion({ aud: assertion_audience })))
    await expectIssued(await old.login(old.assertion({ aud: [assertion_audience] })))
    await expectC401(await old.login())
    await expectC401(
      await old.login(old.assertion({ aud: ['https://gw.test', assertion_audience] })),
    )
    await expectC401(await login({ aud: assertion_audience }))
  })
})

describe('refused', () => {
  const issuer = 'https://gw.test'
  /** The baseline assertion with other claims is refused, whether client_id stands beside it or not. */
  const refuses = async (_name: string, changes: () => Claims): Promise<void> => {
    const { client_id } = client.account
    await expectC401(await login(changes()))
    await expectC401(await client.login(client.assertion(changes()), { client_id }))
  }
  const table = (rows: [string, () => Claims][]) => rows

  test.each(table([['aud the token endpoint', () => ({ aud: `${issuer}/oauth/token` })]]))(
    'AC-198 %s',
    refuses,
  )

  test.each(table([['aud with a second one', () => ({ aud: [issuer, 'https://evil.test'] })]]))(
    'AC-199 %s',
    refuses,
  )

  test.each(
    table([
      ['aud with a slash', () => ({ aud: `${issuer}/` })],
      ['aud in upper case', () => ({ aud: 'https://GW.TEST' })],
      ['aud absent', () => ({ aud: undefined })],
      ['aud empty', () => ({ aud: '' })],
      ['aud an empty list', () => ({ aud: [] })],
    ]),
  )('AC-200 %s', refuses)

  test.each(
    table([
      ['iss not the client', () => ({ iss: other.account.client_id })],
      ['sub not the client', () => ({ sub: other.account.client_id })],
      ['iss absent', () => ({ iss: undefined })],
      ['sub absent', () => ({ sub: undefined })],
    ]),
  )('AC-201 %s', refuses)

  test.each(
    table([
      ['jti absent', () => ({ jti: undefined })],
      ['jti empty', () => ({ jti: '' })],
      ['jti a number', () => ({ jti: 7 })],
      ['jti an object', () => ({ jti: { a: 1 } })],
      ['jti of 300 characters', () => ({ jti: 'x'.repeat(300) })],
    ]),
  )('AC-204 %s', refuses)

  test.each(
    table([
      ['exp absent', () => ({ exp: undefined })],
      ['exp in an hour', () => ({ exp: now() + 3600 })],
      ['exp a text', () => ({ exp: String(now() + 60) })],
      ['exp past', () => ({ exp: now() - 60 })],
    ]),
  )('AC-205 %s', refuses)

  test.each(
    table([
      ['nbf in two minutes', () => ({ nbf: now() + 120, exp: now() + 200 })],
      ['iat two hours ago', () => ({ iat: now() - 7200 })],
      ['iat in two minutes', () => ({ iat: now() + 120, exp: now() + 200 })],
    ]),
  )('AC-208 %s', refuses)

  test('AC-201 each of the three another one', async () => {
    const { client_id } = client.account
    for (const changes of [
      { iss: 'a', sub: 'b' },
      { iss: client_id, sub: 'b' },
    ]) {
      await expectC401(await client.login(client.assertion(changes), { client_id }))
    }
  })

  test('AC-201 iss and sub are the account’s id', async () => {
    await expectC401(await login({ iss: client.account.id, sub: client.account.id }))
  })

  test('AC-202 client_id names another account', async () => {
    const { client_id } = other.account
    await expectB400(await client.login(client.assertion(), { client_id }), 'invalid_request')
    await expectB400(await client.login(undefined, { client_id: 'nobody' }), 'invalid_request')
  })

  test('AC-203 signed with another account’s registered key', async () => {
    const baseline = assertionClaims(client.account.client_id)
    for (const kid of ['c1', 'c2', undefined]) {
      await expectC401(await client.login(signAssertion(baseline, other.key, { kid })))
    }
  })

  test('AC-209 alg none', async () => {
    const payload = assertionClaims(client.account.client_id)
    for (const signer of [null, { bytes: Buffer.from('x') }]) {
      const header = { alg: 'none', kid: 'c1' }
      await expectC401(await client.login(jws({ header, payload, signer })))
    }
  })

  test('AC-209 HS256 keyed with the public key', async () => {
    const payload = assertionClaims(client.account.client_id)
    const spellings = [
      spki(client.key, 'pem'),
      spki(client.key, 'der'),
      JSON.stringify(client.registered.jwk),
    ]
    for (const secret of spellings) {
      const header = { alg: 'HS256', kid: 'c1' }
      await expectC401(await client.login(jws({ header, payload, signer: { secret } })))
    }
  })

  test('AC-209 an RSA key under another algorithm than it is pinned to', async () => {
    const one = await makeKeyClient(house(), 'pinned', { key: await makeRsaKey('r1') })
    await expectIssued(await one.login())
    const payload = assertionClaims(one.account.client_id)
    for (const alg of ['PS256', 'RS384', 'RS512']) {
      const header = { alg, kid: 'r1' }
      await expectC401(await one.login(jws({ header, payload, signer: one.key, alg })))
    }
  })

  test('AC-209 RS256 by a second key, under the id of the first', async () => {
    const one = await makeKeyClient(house(), 'two-keys')
    const rsa = await makeRsaKey('r1')
    await registerKey(house().gateway, one.account.id, { jwk: rsa.jwk })
    const claimsOf = () => assertionClaims(one.account.client_id)
    await expectC401(await one.login(signAssertion(claimsOf(), rsa, { kid: 'c1' })))
    await expectC401(await one.login(signAssertion(claimsOf(), rsa, { alg: 'ES256', kid: 'c1' })))
    await expectIssued(await one.login(signAssertion(claimsOf(), rsa)))
  })

  test.each(['at+jwt', 'dpop+jwt', 'oauth-id-jag+jwt', 'JWS', ''])('AC-210 typ %j', async (typ) => {
    await expectC401(await login({}, { typ }))
  })

  test.each([
    ['crit', { crit: ['exp'] }],
    ['crit empty', { crit: [] }],
    ['b64', { b64: true }],
    ['cty', { cty: 'JWT' }],
    ['an unknown kid', { kid: 'c3' }],
    ['a kid of another case', { kid: 'C1' }],
    ['a kid with a space', { kid: 'c1 ' }],
    ['an empty kid', { kid: '' }],
    ['a number for a kid', { kid: 1 }],
  ])('AC-210 a header with %s', async (_, header) => {
    await expectC401(await login({}, header))
  })

  test('AC-211 client_assertion_type missing, wrong, or alone', async () => {
    const form = { ...withAssertion(client.assertion()), grant_type: 'client_credentials' }
    const { gateway } = house()
    const wrong = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'
    for (const client_assertion_type of [undefined, wrong]) {
      await expectB400(await gateway.token({ ...form, client_assertion_type }), 'invalid_request')
    }
    await expectB400(await gateway.token({ ...form, client_assertion: '' }), 'invalid_request')
    await expectIssued(await gateway.token({ ...form, resource: API_1 }))
  })

  test('AC-212 an assertion and a secret', async () => {
    const { client_id } = client.account
    const text = client.assertion()
    const both = await client.login(text, { client_id, client_secret: 'gths_x' })
    await expectB400(both, 'invalid_request')
    await expectIssued(await client.login(text))
  })

  test('AC-213 a key, or where to find one, in the header', async () => {
    const { gateway } = house()
    const evil = await makeEcKey('c1')
    gateway.issuers.evil.reset()
    const baseline = assertionClaims(client.account.client_id)
    const url = `${gateway.issuers.evil.url}/jwks`
    for (const header of [
      { jwk: evil.jwk },
      { jku: url },
      { x5u: url },
      { jku: url, kid: undefined },
    ]) {
      await expectC401(await client.login(signAssertion(baseline, evil, header)))
      await expectIssued(
        await login({}, header.kid === undefined ? { ...header, kid: 'c1' } : header),
      )
    }
    expect(gateway.issuers.evil.hits()).toBe(0)
  })

  test('AC-214 a CI token, for an account that trusts none', async () => {
    const { client_id } = client.account
    await expectC401(await client.login(house().BT()))
    await expectC401(await client.login(house().BT(), { client_id }))
    await expectC401(await client.login(house().BT({ iss: client_id, sub: client_id })))
  })

  test('AC-215 an access token of ours', async () => {
    const { access_token } = await expectIssued(await client.login())
    await expectC401(await client.login(access_token))
    await expectC401(await client.login(access_token, { client_id: client.account.client_id }))
  })

  test.each(['x', 'a.b', 'a.b.c', 'ey.ey.', '{}'])('no JWT at all: %j', async (text) => {
    await expectC401(await client.login(text))
    await expectC401(await client.login(text, { client_id: client.account.client_id }))
  })

  test('any byte changed', async () => {
    const text = client.assertion()
    const { client_id } = client.account
    for (let at = 0; at < text.length; at += 7) {
      const char = text[at] === 'A' ? 'B' : 'A'
      const changed = text.slice(0, at) + char + text.slice(at + 1)
      const { status } = await client.login(changed, { client_id })
      expect([400, 401], `byte ${at}`).toContain(status)
    }
    await expectIssued(await client.login(text, { client_id }))
  })
})
