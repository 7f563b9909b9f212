import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { ACCESS_TOKEN_TYPE, JWT_BEARER, JWT_TYPE } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectB400, expectC401, expectError, expectIssued, expectS400 } from '../support/expect.ts'
import { type Account, API_1, API_2, API_3 } from '../support/fixture.ts'
import { exchangeForm, makeToken, type NamedToken } from '../support/named-tokens.ts'

const house = useHouse()

let grafana: Account
let other: Account
let token: NamedToken

beforeAll(async () => {
  const { account, roles } = house()
  grafana = await account('grafana', { policies: [], roles: [roles.api1, roles.api2] })
  other = await account('other', { policies: [] })
  token = await makeToken(house(), grafana, { name: 'grafana' })
})

const exchange = (overrides: Record<string, string | undefined> = {}) =>
  house().gateway.token(exchangeForm(grafana.client_id, token.token, overrides))

describe('a named token', () => {
  it('is exchanged, as often as wanted, for a short token of its own API', async () => {
    for (let i = 0; i < 3; i++) {
      const answer = await expectIssued(await exchange())
      expect(answer.issued_token_type).toBe(ACCESS_TOKEN_TYPE)
      const { aud, sub, client_id, act, exp, iat } = decodeJwt(answer.access_token)
      expect([aud, sub, client_id]).toEqual([API_1, grafana.id, grafana.client_id])
      expect(act).toBeUndefined()
      expect(Number(exp) - Number(iat)).toBe(600)
    }
  })

  it('is written down with the exchange, by its id and never by its value', async () => {
    const { gateway } = house()
    const { access_token } = await expectIssued(await exchange())
    const { rows } = await gateway.db.execute({
      sql: 'SELECT credential_id, grant_type FROM decisions WHERE token_jti = ?',
      args: [String(decodeJwt(access_token).jti)],
    })
    expect(rows[0]?.credential_id).toBe(token.id)
    expect(gateway.logs.join('\n')).not.toContain(token.token)
  })

  it('narrows by scope, and gives no more than is held', async () => {
    const narrow = await expectIssued(await exchange({ scope: 'deploy:read' }))
    expect(narrow.scope).toBe('deploy:read')
    await expectB400(await exchange({ scope: 'deploy:read admin' }), 'invalid_scope')
  })

  it.each([
    ['another API that the account may reach', { resource: API_2 }],
    ['another one by audience', { audience: API_2 }],
    ['a foreign one', { resource: API_3 }],
    ['none that exists', { resource: 'https://nowhere.test' }],
    ['two at once', { resource: API_1, audience: API_2 }],
  ])('yields nothing for %s', async (_, overrides) => {
    await expectB400(await exchange(overrides), 'invalid_target')
  })

  it('may name its own API', async () => {
    await expectIssued(await exchange({ resource: API_1, audience: API_1 }))
  })

  it('obeys the account: its ceiling on lifetimes, its APIs, its grants', async () => {
    const { gateway, account, resourceServers } = house()
    const bound = await account('bound', { policies: [] })
    const { token: value } = await makeToken(house(), bound)
    const send = () => gateway.token(exchangeForm(bound.client_id, value))
    const change = (changes: unknown) =>
      gateway.admin('PATCH', `/service-accounts/${bound.id}`, changes)
    await change({ max_token_ttl_seconds: 60 })
    expect((await expectIssued(await send())).expires_in).toBe(60)
    await change({ resource_server_ids: [resourceServers.api2.id] })
    await expectB400(await send(), 'invalid_target')
    await change({ resource_server_ids: null, grant_types: ['client_credentials'] })
    await expectB400(await send(), 'unauthorized_client')
    // Only who has proved itself learns which grants are on.
    await expectS400(await gateway.token(exchangeForm(bound.client_id, token.token)))
    await change({ grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] })
    await expectIssued(await send())
  })

  it('is nothing that client credentials or the JWT bearer grant know', async () => {
    const { gateway } = house()
    const { client_id } = grafana
    const asSecret = await gateway.token(
      { grant_type: 'client_credentials', resource: API_1 },
      { headers: { authorization: basic(client_id, token.token) } },
    )
    await expectC401(asSecret)
    const bearer = { grant_type: JWT_BEARER, client_id, assertion: token.token }
    await expectError(await gateway.token(bearer), 400, 'invalid_grant')
    for (const type of [JWT_TYPE, 'urn:ietf:params:oauth:token-type:id_token']) {
      await expectS400(await exchange({ subject_token_type: type }))
    }
  })

  it('costs two round trips cold and one to note its use, then one', async () => {
    const { gateway, account } = house()
    const cold = await account('cold', { policies: [] })
    const { token: value } = await makeToken(house(), cold)
    const before = gateway.hrana.requests()
    await expectIssued(await gateway.token(exchangeForm(cold.client_id, value)))
    await expect.poll(() => gateway.hrana.requests() - before).toBe(3)
    for (let i = 0; i < 3; i++) {
      await expectIssued(await gateway.token(exchangeForm(cold.client_id, value)))
      expect(gateway.hrana.requests() - before).toBe(4 + i)
    }
  })
})

describe('what is refused as a named token', () => {
  const flip = (text: string) =>
    text.replace(/[a-zA-Z]/g, (c) => (c < 'a' ? c.toLowerCase() : c.toUpperCase()))

  it('AC-243 a JWT, good or not, is refused like every other subject token', async () => {
    const { BT, gateway } = house()
    const { access_token } = await expectIssued(await exchange())
    for (const jwt of [BT(), access_token, await gateway.rootToken(), 'x.y.z', '..']) {
      await expectS400(await exchange({ subject_token: jwt }))
    }
  })

  it.each([
    ['cut short', () => token.token.slice(0, -1)],
    ['padded', () => `${token.token}=`],
    ['with a space', () => ` ${token.token}`],
    ['with a newline', () => `${token.token}\n`],
    ['with NUL', () => `${token.token}\0`],
    ['in capitals', () => token.token.toUpperCase()],
    ['in the other case', () => `gtht_${flip(token.token.slice(5))}`],
    ['with a secret for prefix', () => token.token.replace('gtht_', 'gths_')],
    ['twice', () => token.token + token.token],
    ['sixteen thousand characters', () => 'gtht_'.padEnd(16_000, 'A')],
  ])('%s', async (_, presented) => {
    await expectS400(await exchange({ subject_token: presented() }))
  })

  it('its digest from the database', async () => {
    const { gateway } = house()
    const { rows } = await gateway.db.execute('SELECT hash FROM named_tokens')
    expect(rows.length).toBeGreaterThan(0)
    for (const { hash } of rows) {
      await expectS400(await exchange({ subject_token: String(hash) }))
      await expectS400(await exchange({ subject_token: `gtht_${hash}000000` }))
    }
  })

  it("of another account, another tenant's, of nobody", async () => {
    const { gateway, account, roles, resourceServers } = house()
    const globex = await account('globex', {
      namespace: '/globex',
      policies: [],
      roles: [roles.api3],
    })
    const foreign = await makeToken(house(), globex, {
      resource_server_id: resourceServers.api3.id,
    })
    await expectIssued(await gateway.token(exchangeForm(globex.client_id, foreign.token)))
    for (const client of [other.client_id, globex.client_id, 'nobody']) {
      await expectS400(await gateway.token(exchangeForm(client, token.token)))
    }
    await expectS400(await exchange({ subject_token: foreign.token }))
  })

  it('deleted, of a disabled account, of a suspended namespace: at once, and again when it ends', async () => {
    const { gateway, account, make } = house()
    const place = await make.namespace('/acme/named')
    const home = { namespace: '/acme/named', policies: [] }
    const doomed = await account('doomed', home)
    const { token: value, id } = await makeToken(house(), doomed)
    const send = () => gateway.token(exchangeForm(doomed.client_id, value))
    await expectIssued(await send())
    const path = `/service-accounts/${doomed.id}`
    for (const [target, on] of [
      [path, { enabled: true }],
      [`/namespaces/${place.id}`, { enabled: true }],
    ] as const) {
      await gateway.admin('PATCH', target, { enabled: false })
      await expectS400(await send())
      await gateway.admin('PATCH', target, on)
      await expectIssued(await send())
    }
    expect((await gateway.admin('DELETE', `${path}/tokens/${id}`)).status).toBe(204)
    await expectS400(await send())
  })

  it('leaves no state behind', async () => {
    const { gateway } = house()
    const count = async () =>
      (await gateway.db.execute('SELECT count(*) AS n FROM decisions')).rows[0]?.n
    const before = await count()
    await expectS400(await gateway.token(exchangeForm(other.client_id, token.token)))
    await expectS400(await exchange({ subject_token: 'gtht_x' }))
    expect(await count()).toBe(before)
    expect(gateway.logs.join('\n')).not.toContain(token.token)
  })

  it('a client credential that is sent with it is verified first', async () => {
    const form = exchangeForm(grafana.client_id, token.token, { client_secret: 'gths_wrong' })
    await expectC401(await house().gateway.token(form))
  })

  it('an unknown type names those that are known', async () => {
    const answer = await exchange({ subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' })
    const { error_description } = await expectError(answer, 400, 'invalid_request')
    expect(error_description).toContain('access_token')
  })
})
