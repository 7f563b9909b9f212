import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { expectIssued } from '../support/expect.ts'
import { gitlabBaseline } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { jws } from '../support/jws.ts'
import { makeEcKey } from '../support/keys.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()

const GATEWAY = 'https://gw.test'

/** Refuses tokens whose issuer is spelled so, and insists that nobody is asked. */
async function refusedUnasked(iss: string): Promise<void> {
  const { gateway, BT, refused } = house()
  const asked = gateway.issuers.requests.length
  await refused(BT({ iss }))
  expect(gateway.issuers.requests.slice(asked)).toEqual([])
}

describe('audience', () => {
  test.each(rows([undefined, '', [], null, [''], 7, true]))('AC-076 aud %j', async (aud) => {
    await house().refused(house().BT({ aud }))
  })

  test('AC-077 another relying party', async () => {
    await house().refused(house().BT({ aud: 'https://vault.acme.test' }))
  })

  test('AC-078 the sole audience as an array', async () => {
    await house().accepted(house().BT({ aud: [GATEWAY] }))
  })

  test('AC-079 a second audience', async () => {
    await house().refused(house().BT({ aud: ['https://evil.test', GATEWAY] }))
    await house().refused(house().BT({ aud: [GATEWAY, 'https://evil.test'] }))
  })

  test('AC-080 the same audience twice', async () => {
    await house().refused(house().BT({ aud: [GATEWAY, GATEWAY] }))
  })

  const mixed = [[[GATEWAY]], [GATEWAY, 1], { '0': GATEWAY }, [{ '0': GATEWAY }], [null, GATEWAY]]
  test.each(rows(mixed))('AC-081 aud %j', async (aud) => {
    await house().refused(house().BT({ aud }))
  })

  const alike = [`${GATEWAY}/`, 'HTTPS://GW.TEST', `${GATEWAY}.evil`, ` ${GATEWAY}`, `${GATEWAY} `]
  const more = ['https://GW.test', `${GATEWAY}:443`, 'gw.test', 'http://gw.test', `${GATEWAY}/acme`]
  test.each([...alike, ...more])('AC-082 aud %j', async (aud) => {
    await house().refused(house().BT({ aud }))
  })
})

describe('issuer', () => {
  test('AC-084 an issuer that nobody registered, with a good signature', async () => {
    const { gateway, claims, refused } = house()
    const { evil, requests } = gateway.issuers
    const asked = requests.length
    await refused(evil.mint(claims({ iss: evil.url })))
    expect(requests.slice(asked)).toEqual([])
    expect(evil.hits()).toBe(0)
  })

  test('AC-085 a trailing slash', async () => {
    await refusedUnasked('https://issuer-a.test/')
  })

  const spellings = [
    'https://ISSUER-A.test',
    'https://issuer-a.test:443',
    'https://issuer-a.test/.',
    'https://issuer-a.test?',
    'https://issuer-a.test#',
    'HTTPS://issuer-a.test',
    'http://issuer-a.test',
    'https:issuer-a.test',
    'https://issuer-a.test.',
    ' https://issuer-a.test',
    'https://issuer-a.test\n',
  ]
  test.each(spellings)('AC-086 iss %j', refusedUnasked)

  const containing = [
    'https://issuer-a.test@issuer-evil.test',
    'https://issuer-a.test.issuer-evil.test',
    'https://issuer-evil.test/https://issuer-a.test',
    'https://issuer-evil.test\\@issuer-a.test',
  ]
  test.each(containing)('AC-087 iss %j', async (iss) => {
    await refusedUnasked(iss)
    const { evil } = house().gateway.issuers
    await house().refused(evil.mint(house().claims({ iss })))
    expect(evil.hits()).toBe(0)
  })

  const lookAlikes = [
    'https://issuer-a\uff0etest',
    'https://issuer-a\u3002test',
    'https://\u0456ssuer-a.test',
    'https://issuer\u200d-a.test',
    'https://issuer-\u00ada.test',
    'https://\uff49ssuer-a.test',
  ]
  test.each(lookAlikes)('AC-088 iss %j', refusedUnasked)

  test("AC-089 F1's name on F2's key", async () => {
    const { gateway, claims, refused } = house()
    const { b } = gateway.issuers
    await refused(b.mint(claims()))
    await refused(b.mint(claims(), { kid: 'a1' }))
    await refused(b.mint(claims(), { kid: undefined }))
  })

  test('AC-092 an issuer registered in the other tenant alone', async () => {
    const { gateway, claims, refused } = house()
    const { b, requests } = gateway.issuers
    const asked = requests.length
    await refused(b.mint(claims({ iss: b.url })))
    await refused(b.mint(gitlabBaseline(b)))
    expect(requests.slice(asked)).toEqual([])
  })

  test('AC-092 the same, although a policy of the account names it', async () => {
    const { account, gateway, claims, refused } = house()
    const { b, requests } = gateway.issuers
    const trusting = await account('trusts-globex')
    // The admin API refuses such a policy; a row in the database must not be worth more.
    const sql = 'UPDATE trust_policies SET issuer = ? WHERE service_account_id = ?'
    const { rowsAffected } = await gateway.db.execute({ sql, args: [b.url, trusting.id] })
    expect(rowsAffected).toBe(1)
    const asked = requests.length
    await refused(b.mint(claims({ iss: b.url })), trusting)
    expect(requests.slice(asked)).toEqual([])
  })
})

describe('tokens of another kind', () => {
  test('AC-093 an access token of our own', async () => {
    const { gateway, BR, refused } = house()
    const { access_token } = await expectIssued(await gateway.token(BR()))
    await refused(access_token)
    await refused(await gateway.rootToken())
  })

  test('AC-094 a client assertion', async () => {
    const { deployer, gateway, refused } = house()
    const payload = (): Claims => ({
      iss: deployer.client_id,
      sub: deployer.client_id,
      aud: GATEWAY,
      iat: now(),
      exp: now() + 120,
      jti: randomUUID(),
    })
    const key = await makeEcKey('c1')
    // Its issuer is a client, which no policy can name, whoever signs it.
    for (const typ of ['JWT', 'client-authentication+jwt', undefined]) {
      await refused(
        jws({ header: { alg: 'ES256', kid: 'c1', typ }, payload: payload(), signer: key }),
      )
      await refused(gateway.issuers.a.mint(payload(), { typ }))
    }
  })

  test.each(['at+jwt', 'dpop+jwt', 'logout+jwt', '', 7])('typ %j', async (typ) => {
    await house().refused(house().BT({}, { typ }))
  })
})
