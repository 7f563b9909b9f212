import { beforeAll, describe, expect, test } from 'vitest'
import { assertionClaims, registerKey, signAssertion, withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { DOORS, now } from '../support/baseline.ts'
import { expectB400, expectC401, expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { API_1, API_2 } from '../support/fixture.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import { expectOneIssued } from '../support/race.ts'

const house = useHouse({ faultyDatabase: true })

let client: KeyClient

beforeAll(async () => {
  client = await makeKeyClient(house(), 'ci-key')
})

/** A baseline assertion of the account that has policies. */
const deployerAssertion = (key: TestKey): string =>
  signAssertion(assertionClaims(house().deployer.client_id), key)

/** Spoils the signature and nothing else. */
const broken = (text: string): string => {
  const at = text.lastIndexOf('.') + 5
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

describe('spent', () => {
  test('AC-216 the same assertion twice', async () => {
    const text = client.assertion()
    await expectIssued(await client.login(text))
    await expectC401(await client.login(text))
    await house().gateway.restart()
    await expectC401(await client.login(text))
  })

  test('AC-217 50 parallel copies: one token', async () => {
    const text = client.assertion()
    const responses = await Promise.all(Array.from({ length: 50 }, () => client.login(text)))
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const response of responses) if (response.status !== 200) await expectC401(response)
    await expectC401(await client.login(text))
  })

  test('AC-217 50 parallel copies at an isolate that remembers nothing', async () => {
    await house().gateway.restart()
    const text = client.assertion()
    const responses = await Promise.all(Array.from({ length: 50 }, () => client.login(text)))
    expectOneIssued(responses, [401])
  })

  test('AC-217 50 parallel copies, half with a token to exchange: one token', async () => {
    const { gateway, deployer, BR } = house()
    const key = await makeEcKey('d1')
    await registerKey(gateway, deployer.id, { jwk: key.jwk })
    const text = deployerAssertion(key)
    const login = {
      grant_type: 'client_credentials',
      resource: API_1,
      ...withAssertion(text),
    }
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        gateway.token(i % 2 === 0 ? login : BR(withAssertion(text))),
      ),
    )
    expectOneIssued(responses, [401])
  })

  test('AC-220 the same jti in a new assertion', async () => {
    const jti = crypto.randomUUID()
    await expectIssued(await client.login(client.assertion({ jti })))
    await expectC401(await client.login(client.assertion({ jti, exp: now() + 200 })))
    await expectC401(await client.login(client.assertion({ jti }, { typ: 'JWT' })))
  })

  test('AC-220 another client’s jti is another one', async () => {
    const jti = crypto.randomUUID()
    const other = await makeKeyClient(house(), 'same-jti')
    await expectIssued(await client.login(client.assertion({ jti })))
    await expectIssued(await other.login(other.assertion({ jti })))
  })

  test('AC-225 jti is neither trimmed nor folded', async () => {
    const jti = `x-${crypto.randomUUID()}`
    await expectIssued(await client.login(client.assertion({ jti })))
    await expectC401(await client.login(client.assertion({ jti: `${jti} ` })))
    await expectIssued(await client.login(client.assertion({ jti: jti.toUpperCase() })))
    await expectC401(await client.login(client.assertion({ jti })))
  })
})

describe('not spent', () => {
  test('AC-223 by a broken signature', async () => {
    const text = client.assertion()
    await expectC401(await client.login(broken(text)))
    await expectIssued(await client.login(text))
  })

  test('AC-224 by a wrong audience', async () => {
    const jti = crypto.randomUUID()
    const aud = 'https://gw.test/oauth/token'
    await expectC401(await client.login(client.assertion({ jti, aud })))
    await expectIssued(await client.login(client.assertion({ jti })))
  })

  test('AC-224 by a refused scope or target', async () => {
    const text = client.assertion()
    await expectB400(await client.login(text, { scope: 'deploy:destroy' }), 'invalid_scope')
    await expectB400(await client.login(text, { resource: API_2 }), 'invalid_target')
    await expectIssued(await client.login(text))
  })

  test('AC-224 by a grant that is not enabled', async () => {
    const { gateway } = house()
    const grant_types = [DOORS[1].form('').grant_type]
    const closed = await makeKeyClient(house(), 'closed', { members: { grant_types } })
    const text = closed.assertion()
    await expectB400(await closed.login(text), 'unauthorized_client')
    const path = `/service-accounts/${closed.account.id}`
    await gateway.admin('PATCH', path, { grant_types: ['client_credentials'] })
    await expectIssued(await closed.login(text))
  })

  test('AC-224 by a disabled account', async () => {
    const { gateway } = house()
    const off = await makeKeyClient(house(), 'off')
    const path = `/service-accounts/${off.account.id}`
    const text = off.assertion()
    await gateway.admin('PATCH', path, { enabled: false })
    await expectC401(await off.login(text))
    await gateway.admin('PATCH', path, { enabled: true })
    await expectIssued(await off.login(text))
  })

  test('AC-224 by a database that is away', async () => {
    const { database } = house().gateway
    const text = client.assertion()
    database.set('refuse')
    await expectU503(await client.login(text))
    database.set('pass')
    await expectIssued(await client.login(text))
    await expectC401(await client.login(text))
  })
})

describe('beside a token to exchange', () => {
  test.each(DOORS)('$name: verified first, and spent with it', async (door) => {
    const { gateway, BT } = house()
    const key = await makeEcKey(`k-${door.refusedAs}`)
    const { deployer } = house()
    const { id } = await registerKey(gateway, deployer.id, { jwk: key.jwk })
    const ask = async (assertion: string, token = BT()) =>
      gateway.token({
        ...door.form(token),
        client_id: deployer.client_id,
        resource: API_1,
        ...withAssertion(assertion),
      })
    await expectC401(await ask(broken(deployerAssertion(key))))
    await expectC401(await ask(broken(deployerAssertion(key)), 'no.token.'))
    const text = deployerAssertion(key)
    const refused = await ask(text, BT({ repository_id: '2002' }))
    expect(refused.status).toBe(400)
    const issued = await expectIssued(await ask(text))
    await expectC401(await ask(text))
    const { rows } = await gateway.db.execute({
      sql: 'SELECT credential_id, issuer FROM decisions WHERE token_jti = ?',
      args: [String(JSON.parse(atob(issued.access_token.split('.')[1] ?? '')).jti)],
    })
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { credential_id: id, issuer: gateway.issuers.a.url },
    ])
    await gateway.admin('DELETE', `/service-accounts/${deployer.id}/keys/${id}`)
    await expectS400(await gateway.token(house().BR({ subject_token: 'no.token.' })))
  })
})
