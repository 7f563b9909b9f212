import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useHouse } from './support/attack.ts'
import { makeCallers, type SecretAccount } from './support/callers.ts'
import { type Feed, fetchFeed, mintFor, postForm } from './support/endings.ts'
import { expectB400, expectIssued } from './support/expect.ts'
import { API_1, API_2, API_3 } from './support/fixture.ts'
import type { Claims } from './support/issuer.ts'
import { HONEST, turn } from './support/switches.ts'

const house = useHouse({ entry: 'test', preset: 'github-actions' })

const UNKNOWN = 'https://nobody.test'

let keys: ReturnType<typeof createLocalJWKSet>
let secret: SecretAccount

beforeAll(async () => {
  const { gateway } = house()
  const set = (await (await gateway.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet
  keys = createLocalJWKSet(set)
  secret = (await makeCallers(house())).secret
})

/** The start of a minute of the gateway's clock that is not over soon, in epoch seconds. */
let minute: number

/** A time in the first seconds of that minute: clocks go on while a test runs. */
const justNow = () => expect.closeTo(minute + 9, -1)

/** What the platform's clock says is what the gateway's does. */
const times = () => ({ iat: minute, nbf: minute, exp: minute + 300 })

/** Sets the gateway's clock to so many seconds after that minute began. */
const setClock = async (seconds: number): Promise<void> => {
  const clockOffsetMs = (minute + seconds) * 1000 - Date.now()
  await turn(house().gateway, { clockOffsetMs })
}

beforeEach(async () => {
  minute = Math.floor(Date.now() / 60_000) * 60
  await setClock(5)
  await house().gateway.db.execute('DELETE FROM revocations')
})

afterEach(() => turn(house().gateway, HONEST))

const login = async (resource: string = API_1): Promise<string> => {
  const { client_id, client_secret } = secret
  const form = { grant_type: 'client_credentials', client_id, client_secret, resource }
  return (await expectIssued(await house().gateway.token(form))).access_token
}

/** The feed of an audience, verified as an API would. */
async function feed(audience: string = API_1): Promise<Feed> {
  const response = await fetchFeed(house().gateway, audience)
  expect(response.status).toBe(200)
  const { payload } = await jwtVerify<Feed>(await response.text(), keys, {
    issuer: 'https://gw.test',
    audience,
    typ: 'revocations+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['iat', 'exp'],
    currentDate: new Date((minute + 5) * 1000),
  })
  return payload
}

async function revoke(by: string, value: string, namespace = '/acme'): Promise<unknown> {
  const body = { namespace, by, value }
  const response = await house().gateway.admin('POST', '/revocations', body)
  return ((await response.json()) as Claims).revoked
}

const empty = { accounts: {}, policies: {}, tokens: [], keys: [] }

describe('the revocation feed', () => {
  test('is a signed JWT of its own type, with nothing to say at first', async () => {
    expect(await feed()).toEqual({
      iss: 'https://gw.test',
      aud: API_1,
      iat: minute,
      exp: minute + 600,
      ...empty,
    })
    const { headers } = await fetchFeed(house().gateway, API_1)
    expect(headers.get('content-type')).toBe('application/revocations+jwt')
    expect(headers.get('cache-control')).toBe('public, max-age=30')
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('names accounts, policies and tokens by opaque ids, and since when', async () => {
    const { account, gateway } = house()
    const federated = await account('federated')
    const byPolicy = decodeJwt(await mintFor(house(), federated, times()))
    expect(await revoke('policy', String(byPolicy.policy))).toBe(1)
    const policy = String(byPolicy.policy).split('@')[0] ?? ''
    expect(await feed()).toMatchObject({ ...empty, policies: { [policy]: justNow() } })
    const { jti } = decodeJwt(await login())
    expect(await revoke('token', String(jti))).toBe(1)
    await setClock(6)
    const other = decodeJwt(await login())
    expect(await revoke('account', secret.id)).toBe(1)
    const marks = await feed()
    expect(marks).toMatchObject({
      accounts: { [secret.id]: justNow() },
      policies: { [policy]: justNow() },
      tokens: [jti],
      keys: [],
    })
    expect(marks.tokens).not.toContain(other.jti)
    const { accounts, policies, tokens } = marks
    const said = JSON.stringify({ accounts, policies, tokens })
    for (const secretish of [API_1, gateway.issuers.a.url, 'deployer', 'ci-secret', 'acme']) {
      expect(said).not.toContain(secretish)
    }
  })

  test('concerns one audience, and an audience without tokens not at all', async () => {
    const { account, roles } = house()
    const both = await account('both', { roles: [roles.api1, roles.api2] })
    await mintFor(house(), both, times())
    expect(await revoke('account', both.id)).toBe(1)
    expect((await feed(API_1)).accounts).toEqual({ [both.id]: justNow() })
    expect(await feed(API_2)).toMatchObject(empty)
    expect(await feed(API_3)).toMatchObject(empty)
    await setClock(7)
    const token = decodeJwt(await mintFor(house(), both, times(), API_2))
    expect(await revoke('token', String(token.jti))).toBe(1)
    expect((await feed(API_2)).tokens).toEqual([token.jti])
    expect((await feed(API_1)).tokens).toEqual([])
  })

  test('takes in what a client revokes itself, and what ends with its account', async () => {
    const { gateway } = house()
    const token = await login()
    const form = { token, client_id: secret.client_id }
    expect((await postForm(gateway, 'revoke', form)).status).toBe(200)
    expect((await feed()).tokens).toEqual([decodeJwt(token).jti])
    await login()
    const path = `/service-accounts/${secret.id}`
    expect((await gateway.admin('PATCH', path, { enabled: false })).status).toBe(200)
    expect((await feed()).accounts).toEqual({ [secret.id]: justNow() })
    expect((await gateway.admin('PATCH', path, { enabled: true })).status).toBe(200)
    expect((await feed()).accounts).toEqual({ [secret.id]: justNow() })
  })

  test('names revoked signing keys to every audience', async () => {
    await house().gateway.db.execute({
      sql: `INSERT INTO revocations (audience, kind, value, "before", expires_at)
        VALUES ('', 'key', 'some-kid', ?, ?)`,
      args: [minute, minute + 3600],
    })
    for (const audience of [API_1, API_2, UNKNOWN]) {
      expect((await feed(audience)).keys).toEqual(['some-kid'])
    }
  })

  test('shrinks by itself, two minutes after the last token that it names has expired', async () => {
    const token = decodeJwt(await login())
    await revoke('token', String(token.jti))
    const lives = Number(token.exp) - minute
    await setClock(lives + 119)
    const late = decodeJwt<Feed>(await (await fetchFeed(house().gateway, API_1)).text())
    expect(late.tokens).toEqual([token.jti])
    await setClock(lives + 120)
    const over = decodeJwt<Feed>(await (await fetchFeed(house().gateway, API_1)).text())
    expect(over).toMatchObject(empty)
  })

  test('of an API that does not exist tells nobody so', async () => {
    const { gateway } = house()
    const [known, unknown] = await Promise.all([
      fetchFeed(gateway, API_1),
      fetchFeed(gateway, UNKNOWN),
    ])
    const shape = ({ status, headers }: Response) => [
      status,
      [...headers].filter(([name]) => !['date', 'etag', 'content-length'].includes(name)),
    ]
    expect(shape(unknown)).toEqual(shape(known))
    expect(await feed(UNKNOWN)).toEqual({ ...(await feed(API_1)), aud: UNKNOWN })
  })
})

describe('polling', () => {
  const poll = (etag: string) => fetchFeed(house().gateway, API_1, { 'if-none-match': etag })

  test('is answered 304 until something changes', async () => {
    const first = (await fetchFeed(house().gateway, API_1)).headers.get('etag') ?? ''
    expect(first).toMatch(/^W\/"[\w-]{43}"$/)
    await setClock(50)
    const same = await poll(`"x", ${first}`)
    expect([same.status, await same.text()]).toEqual([304, ''])
    expect(same.headers.get('etag')).toBe(first)
    expect(same.headers.get('cache-control')).toBe('public, max-age=30')
    await login()
    await revoke('account', secret.id)
    const changed = await poll(first)
    expect(changed.status).toBe(200)
    const second = changed.headers.get('etag') ?? ''
    expect(second).not.toBe(first)
    expect((await poll(second)).status).toBe(304)
  })

  test('finds a fresh document every minute, so that nobody believes an old one', async () => {
    const first = (await fetchFeed(house().gateway, API_1)).headers.get('etag') ?? ''
    await setClock(60)
    const next = await poll(first)
    expect(next.status).toBe(200)
    expect(decodeJwt(await next.text()).iat).toBe(minute + 60)
  })

  test('of one audience is no answer for another', async () => {
    const first = (await fetchFeed(house().gateway, API_1)).headers.get('etag') ?? ''
    const other = await fetchFeed(house().gateway, API_2, { 'if-none-match': first })
    expect(other.status).toBe(200)
  })

  test('is one round trip to the database', async () => {
    const { hrana } = house().gateway
    await fetchFeed(house().gateway, API_1)
    const before = hrana.requests()
    await fetchFeed(house().gateway, API_1)
    expect(hrana.requests() - before).toBe(1)
  })
})

describe('the request', () => {
  test.each([
    '',
    '?audience=',
    '?audience=api-1',
    '?audience=http%3A%2F%2Fapi-1.test',
    '?audience=https%3A%2F%2Fapi-1.test%23x',
    `?audience=https%3A%2F%2F${'x'.repeat(300)}.test`,
    '?audience=https%3A%2F%2Fapi-1.test&audience=https%3A%2F%2Fapi-1.test',
    '?aud=https%3A%2F%2Fapi-1.test',
  ])('"%s" names no API', async (query) => {
    await expectB400(await house().gateway.fetch(`/oauth/revocations${query}`), 'invalid_request')
  })

  test('is a GET or HEAD', async () => {
    const { gateway } = house()
    const path = `/oauth/revocations?${new URLSearchParams({ audience: API_1 })}`
    const head = await gateway.fetch(path, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      expect((await gateway.fetch(path, { method })).status).toBe(404)
    }
  })
})
