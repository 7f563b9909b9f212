import { beforeAll, expect, test } from 'vitest'
import { assertionClaims, postKey, registerKey, signAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { expectC401, expectIssued, expectProblem } from '../support/expect.ts'
import { makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, makeRsaKey, type TestKey } from '../support/keys.ts'
import { turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test' })

let ec: TestKey

beforeAll(async () => {
  ec = await makeEcKey('c1')
})

/** Everything that is stored, as one text. */
async function everythingStored(): Promise<string> {
  const { db } = house().gateway
  const { rows } = await db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const tables = rows.map(({ name }) => `SELECT * FROM "${name}"`)
  const results = await Promise.all(tables.map((sql) => db.execute(sql)))
  return JSON.stringify(results.map((result) => result.rows))
}

test('AC-227 a private key is refused, and neither stored, echoed nor logged', async () => {
  const { gateway, deployer } = house()
  const rsa = await makeRsaKey('r1')
  const exported = (key: TestKey, type: 'pkcs8' | 'sec1') =>
    key.privateKey.export({ type, format: 'pem' }).toString()
  const secrets = [ec.privateJwk.d, rsa.privateJwk.d, rsa.privateJwk.p].map(String)
  const pems = [exported(ec, 'pkcs8'), exported(ec, 'sec1'), exported(rsa, 'pkcs8')]
  const bodies = [
    { jwk: ec.privateJwk },
    { jwk: rsa.privateJwk },
    { jwk: { ...ec.jwk, d: ec.privateJwk.d, kty: 'EC' } },
    { jwk: { ...rsa.jwk, p: rsa.privateJwk.p } },
    ...pems.map((pem) => ({ pem })),
    {
      pem: ec.publicKey.export({ type: 'spki', format: 'pem' }).toString() + exported(ec, 'pkcs8'),
    },
  ]
  for (const body of bodies) {
    const problem = await expectProblem(
      await postKey(gateway, deployer.id, body),
      422,
      'validation-failed',
    )
    expect(problem.errors).toEqual([
      {
        pointer: 'jwk' in body ? '/jwk' : '/pem',
        detail: expect.stringContaining('must never be sent'),
      },
    ])
    for (const secret of secrets) expect(JSON.stringify(problem)).not.toContain(secret)
  }
  const kept = (await everythingStored()) + gateway.logs.join('\n')
  const lines = pems.flatMap((pem) => pem.split('\n').filter((line) => line.length === 64))
  for (const secret of [...secrets, ...lines]) expect(kept).not.toContain(secret)
})

test('AC-227 symmetric and weak keys', async () => {
  const { gateway, deployer } = house()
  const rsa = await makeRsaKey('r1')
  const bodies = [
    { jwk: { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url') } },
    { jwk: { kty: 'oct', kid: 'x' } },
    { jwk: (await makeRsaKey('small', 1024)).jwk },
    { jwk: { ...rsa.jwk, e: 'AQ' } },
    { jwk: { ...rsa.jwk, e: 'Aw' } },
    { jwk: { ...rsa.jwk, e: 'AQAC' } },
    { pem: (await makeRsaKey('small', 1024)).publicKey.export({ type: 'spki', format: 'pem' }) },
  ]
  for (const body of bodies) {
    await expectProblem(await postKey(gateway, deployer.id, body), 422, 'validation-failed')
  }
  const list = await gateway.admin('GET', `/service-accounts/${deployer.id}/keys`)
  expect(await list.json()).toEqual({ data: [], next_cursor: null })
})

test('AC-227 a duplicate kid, and a sixth key', async () => {
  const { gateway, account } = house()
  const owner = await account('five-keys')
  for (let i = 1; i <= 4; i++)
    await registerKey(gateway, owner.id, { jwk: { ...ec.jwk, kid: `k${i}` } })
  const again = await postKey(gateway, owner.id, { jwk: { ...(await makeEcKey('k1')).jwk } })
  await expectProblem(again, 422, 'validation-failed')
  await registerKey(gateway, owner.id, { jwk: { ...ec.jwk, kid: 'K1' } })
  const sixth = await postKey(gateway, owner.id, { jwk: { ...ec.jwk, kid: 'k6' } })
  await expectProblem(sixth, 422, 'validation-failed')
})

test('AC-228 a URL of keys instead of keys', async () => {
  const { gateway, deployer } = house()
  const { evil } = gateway.issuers
  evil.reset()
  for (const name of ['jwks_uri', 'jwks', 'url']) {
    const value = `${evil.url}/jwks`
    for (const body of [{ [name]: value }, { jwk: ec.jwk, [name]: value }]) {
      await expectProblem(await postKey(gateway, deployer.id, body), 422, 'unknown-field')
    }
  }
  expect(evil.hits()).toBe(0)
})

test('AC-229 a removed key: at once, in every isolate that remembers the account', async () => {
  const { gateway } = house()
  const one = await makeKeyClient(house(), 'removed')
  const early = one.assertion()
  await expectIssued(await one.login())
  const path = `/service-accounts/${one.account.id}/keys/${one.registered.id}`
  expect((await gateway.admin('DELETE', path)).status).toBe(204)
  await expectC401(await one.login(early))
  await expectC401(await one.login())
  await gateway.restart()
  await expectC401(await one.login())
})

test('AC-229 a removed key, 60 s later; and a new one works at once', async () => {
  const { gateway } = house()
  const one = await makeKeyClient(house(), 'replaced')
  await expectIssued(await one.login())
  const path = `/service-accounts/${one.account.id}/keys/${one.registered.id}`
  await gateway.admin('DELETE', path)
  const next = await makeEcKey('c2')
  await registerKey(gateway, one.account.id, { jwk: next.jwk })
  await turn(gateway, { clockOffsetMs: 60_000 })
  await expectC401(await one.login())
  const { client_id } = one.account
  await expectIssued(await one.login(signAssertion(assertionClaims(client_id), next)))
  await turn(gateway, { clockOffsetMs: 0 })
})

test('a key that has expired is refused, and is still listed', async () => {
  const { gateway } = house()
  const expires_at = new Date(Date.now() + 30_000).toISOString()
  const one = await makeKeyClient(house(), 'expiring', { registration: { expires_at } })
  await expectIssued(await one.login())
  await turn(gateway, { clockOffsetMs: 40_000 })
  await expectC401(await one.login())
  await turn(gateway, { clockOffsetMs: 0 })
  const list = await gateway.admin('GET', `/service-accounts/${one.account.id}/keys`)
  expect(await list.json()).toMatchObject({ data: [{ kid: 'c1', expires_at }] })
})

test('another tenant’s key of the same kid opens nothing', async () => {
  const [ours, theirs] = [
    await makeKeyClient(house(), 'ours'),
    await makeKeyClient(house(), 'theirs', { namespace: '/globex' }),
  ]
  const claims = assertionClaims(ours.account.client_id)
  await expectC401(await ours.login(signAssertion(claims, theirs.key)))
  await expectIssued(await theirs.login())
  await expectIssued(await ours.login())
})
