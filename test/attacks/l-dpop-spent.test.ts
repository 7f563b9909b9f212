import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { DOORS, now, policyP0 } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { expectBadProof, loggedReason, proof } from '../support/dpop.ts'
import { expectB400, expectC401, expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { type Account, API_1, API_2 } from '../support/fixture.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import { secretAccount, whole } from '../support/logins.ts'
import { expectOneIssued } from '../support/race.ts'
import { snapshot } from '../support/snapshot.ts'

type Form = Record<string, string | undefined>

const house = useHouse({ faultyDatabase: true })

let key: TestKey
let secret: SecretAccount
let client: KeyClient
let once: Account

beforeAll(async () => {
  const { account, gateway } = house()
  key = await makeEcKey('k1')
  secret = await secretAccount(house(), 'prover')
  client = await makeKeyClient(house(), 'key-prover')
  const policies = [policyP0(gateway.issuers.a.url, { replay: 'single_use' })]
  once = await account('once', { policies })
})

const ask = (dpop: string, form: Form): Promise<Response> =>
  house().gateway.token(form, { headers: { dpop } })

const login = (form: Form = {}): Form => ({
  grant_type: 'client_credentials',
  client_id: secret.client_id,
  client_secret: secret.client_secret,
  resource: API_1,
  ...form,
})

const exchange = (token = house().BT(), { client_id } = once): Form => ({
  ...DOORS[0].form(token),
  client_id,
  resource: API_1,
})

const claimOf = async (token: string) => {
  const sql = 'SELECT proof_identity, remember_until, at FROM decisions WHERE token_jti = ?'
  const args = [String(decodeJwt(token).jti)]
  return (await house().gateway.db.execute({ sql, args })).rows[0]
}

describe('a proof is spent', () => {
  test('by the token that is issued for it', async () => {
    const text = proof(key)
    const { access_token } = await expectIssued(await ask(text, login()), 'DPoP')
    const again = await ask(text, login())
    expect(await loggedReason(house().gateway, again)).toBe('proof_reused')
    await expectBadProof(again)
    await house().gateway.restart()
    await expectBadProof(await ask(text, login()))
    const row = await claimOf(access_token)
    expect(row?.proof_identity).toMatch(/^[A-Za-z0-9_-]{43}$/)
    // It can be presented for a minute, by clocks that differ by more than one; and a margin.
    const rememberedFor = Number(row?.remember_until) - Number(row?.at) / 1000
    expect(rememberedFor).toBeGreaterThan(205)
    expect(rememberedFor).toBeLessThanOrEqual(213)
  })

  test('for every account, of whatever tenant', async () => {
    const other = await secretAccount(house(), 'other')
    const text = proof(key)
    await expectIssued(await ask(text, login()), 'DPoP')
    const { client_id, client_secret } = other
    await expectBadProof(await ask(text, login({ client_id, client_secret })))
    await expectBadProof(await ask(text, exchange()))
  })

  test('with its jti: a new signature over it is the same proof', async () => {
    const claims = { jti: crypto.randomUUID() }
    await expectIssued(await ask(proof(key, { claims }), login()), 'DPoP')
    await expectBadProof(await ask(proof(key, { claims }), login()))
    const later = { ...claims, iat: now() + 10 }
    await expectBadProof(await ask(proof(key, { claims: later }), login()))
  })

  test('and nobody else’s with the same jti', async () => {
    const claims = { jti: crypto.randomUUID() }
    const other = await makeEcKey('k2')
    await expectIssued(await ask(proof(other, { claims }), login()), 'DPoP')
    await expectIssued(await ask(proof(key, { claims }), login()), 'DPoP')
  })

  test('and not the key', async () => {
    for (let i = 0; i < 3; i++) await expectIssued(await ask(proof(key), login()), 'DPoP')
  })

  test('once: 50 at once, each with a token of its own', async () => {
    const text = proof(key)
    const forms = Array.from({ length: 50 }, () => exchange())
    const responses = await Promise.all(forms.map((form) => ask(text, form)))
    expectOneIssued(responses, [400])
    for (const each of responses) if (each.status === 400) await expectBadProof(each)
  })

  test('once: 50 at once, at an isolate that remembers nothing', async () => {
    await house().gateway.restart()
    const text = proof(key)
    const responses = await Promise.all(Array.from({ length: 50 }, () => ask(text, login())))
    expectOneIssued(responses, [400])
  })

  test('once: 50 at once at three addresses of one gateway', async () => {
    const { gateway } = house()
    const others = [await gateway.beside(), await gateway.beside()]
    const text = proof(key)
    const everywhere = [gateway, ...others]
    const responses = await Promise.all(
      Array.from({ length: 51 }, (_, i) =>
        everywhere[i % 3]?.token(login(), { headers: { dpop: text } }),
      ),
    )
    expectOneIssued(responses as Response[], [400])
  })

  test('beside a token that is spent: that is said first, and the proof stays', async () => {
    const token = house().BT()
    await expectIssued(await house().gateway.token(exchange(token)))
    const text = proof(key)
    await expectS400(await ask(text, exchange(token)))
    await expectIssued(await ask(text, exchange()), 'DPoP')
  })

  test('beside a client assertion: both are, or neither', async () => {
    const asserted = (assertion: string): Form => ({
      grant_type: 'client_credentials',
      resource: API_1,
      ...withAssertion(assertion),
    })
    const [text, fresh] = [proof(key), client.assertion()]
    await expectIssued(await ask(text, asserted(client.assertion())), 'DPoP')
    await expectBadProof(await ask(text, asserted(fresh)))
    await expectIssued(await ask(proof(key), asserted(fresh)), 'DPoP')
    await expectC401(await ask(proof(key), asserted(fresh)))
  })
})

describe('a proof is not spent', () => {
  test('by a wrong secret, a refused token, target or scope', async () => {
    const text = proof(key)
    await expectC401(await ask(text, login({ client_secret: 'wrong' })))
    await expectC401(await ask(text, login({ client_id: 'cli_0' })))
    await expectS400(await ask(text, exchange(house().BT({ repository_id: '2002' }))))
    await expectB400(await ask(text, login({ resource: API_2 })), 'invalid_target')
    await expectB400(await ask(text, login({ scope: 'deploy:destroy' })), 'invalid_scope')
    await expectB400(await ask(text, login({ grant_type: 'password' })), 'unsupported_grant_type')
    await expectIssued(await ask(text, login()), 'DPoP')
  })

  test('by a database that is away', async () => {
    const { database } = house().gateway
    const text = proof(key)
    database.set('refuse')
    await expectU503(await ask(text, login()))
    database.set('pass')
    await expectIssued(await ask(text, login()), 'DPoP')
    await expectBadProof(await ask(text, login()))
  })

  test('by one that is forged after it', async () => {
    const claims = { jti: crypto.randomUUID() }
    const signer = await makeEcKey('k2')
    await expectBadProof(await ask(proof(key, { claims, signer }), login()))
    await expectIssued(await ask(proof(key, { claims }), login()), 'DPoP')
  })
})

describe('a bad proof', () => {
  test('burns neither token nor assertion', async () => {
    const token = house().BT()
    await expectBadProof(await ask('x', exchange(token)))
    await expectIssued(await ask(proof(key), exchange(token)), 'DPoP')
    const assertion = client.assertion()
    const form = { grant_type: 'client_credentials', ...withAssertion(assertion) }
    await expectBadProof(await ask('x', form))
    await expectIssued(await client.login(assertion))
  })

  test('tells nobody who exists, nor whose secret is right', async () => {
    const { deployer, BT } = house()
    const answers = await Promise.all(
      [
        login(),
        login({ client_secret: 'wrong' }),
        login({ client_id: 'cli_0' }),
        exchange(BT(), deployer),
        exchange(BT({ repository_id: '2002' }), deployer),
        exchange(BT(), { ...deployer, client_id: 'cli_0' }),
      ].map(async (form) => whole(await ask('x', form))),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  test('leaves no state behind, and asks no database', async () => {
    const { gateway } = house()
    const before = await snapshot(gateway)
    const requests = gateway.hrana.requests()
    const stale = proof(key, { claims: { iat: now() - 100 } })
    for (const text of ['x', stale, proof(key, { header: { alg: 'none' } })]) {
      await expectBadProof(await ask(text, login()))
    }
    expect(gateway.hrana.requests()).toBe(requests)
    expect(await snapshot(gateway)).toEqual(before)
  })
})

test('a proof costs no further round trip', async () => {
  const { hrana } = house().gateway
  await expectIssued(await ask(proof(key), login()), 'DPoP')
  const before = hrana.requests()
  await expectIssued(await ask(proof(key), login()), 'DPoP')
  expect(hrana.requests() - before).toBe(1)
})
