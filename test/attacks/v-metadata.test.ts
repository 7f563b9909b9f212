import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, createLocalJWKSet, decodeJwt, type JWK, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { ACCESS_TOKEN_TYPE, CLIENT_ASSERTION, DOORS, now } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectIssued } from '../support/expect.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import { jws } from '../support/jws.ts'
import { makeEcKey } from '../support/keys.ts'

const house = useHouse()

const KEYS = '/.well-known/jwks.json'
const METADATA = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

type Secret = Account & { readonly client_secret: string }

let secret: Secret

beforeAll(async () => {
  const { make, roles } = house()
  secret = await make.create<Secret>('/service-accounts', {
    namespace: '/acme',
    name: 'ci-secret',
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
  })
})

async function read<T>(path: string): Promise<T> {
  const response = await house().gateway.fetch(path)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  return (await response.json()) as T
}

interface Metadata {
  readonly issuer: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly grant_types_supported: string[]
  readonly token_endpoint_auth_methods_supported: string[]
  readonly response_types_supported: string[]
}

describe('the key set', () => {
  test('AC-399 has public members only, and kid, use and alg on each', async () => {
    const { keys } = await read<{ keys: JWK[] }>(KEYS)
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) {
      expect(key).toMatchObject({ use: 'sig', alg: 'ES256', kty: 'EC', crv: 'P-256' })
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      expect(key.kid).toBe(await calculateJwkThumbprint(key))
    }
  })

  test('AC-399 verifies what is issued', async () => {
    const { gateway, BR } = house()
    const { access_token } = await expectIssued(await gateway.token(BR()))
    const keys = createLocalJWKSet(await read<{ keys: JWK[] }>(KEYS))
    const pinned = {
      issuer: 'https://gw.test',
      audience: API_1,
      algorithms: ['ES256'],
      typ: 'at+jwt',
    }
    const { protectedHeader } = await jwtVerify(access_token, keys, pinned)
    expect(protectedHeader.kid).toEqual(expect.any(String))
  })

  /** Publishes one more key, as a rotation does. */
  async function publish(): Promise<string> {
    const { db } = house().gateway
    const { jwk } = await makeEcKey(randomUUID())
    await db.execute({
      sql: `INSERT INTO signing_keys (kid, algorithm, state, public_jwk, wrapped_key, created_at)
        VALUES (?, 'ES256', 'published', ?, 'x', ?)`,
      args: [String(jwk.kid), JSON.stringify(jwk), Date.now()],
    })
    return String(jwk.kid)
  }

  test('AC-405 conditional requests, before and after a key was published', async () => {
    const { gateway } = house()
    const first = await gateway.fetch(KEYS)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^(W\/)?"[^"]+"$/)
    const conditional = () => gateway.fetch(KEYS, { headers: { 'if-none-match': etag } })
    const unchanged = await conditional()
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ''])
    expect(unchanged.headers.get('etag')).toBe(etag)
    const kid = await publish()
    const changed = await conditional()
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).not.toBe(etag)
    const { keys } = (await changed.json()) as { keys: JWK[] }
    expect(keys.map((key) => key.kid)).toContain(kid)
    const again = { 'if-none-match': changed.headers.get('etag') ?? '' }
    expect((await gateway.fetch(KEYS, { headers: again })).status).toBe(304)
  })

  test.each([KEYS, METADATA, OPENID])('AC-405 a cache-buster changes nothing: %s', async (path) => {
    const { gateway } = house()
    const answers = await Promise.all(
      ['', '?v=1', '?kid=x', `?${randomUUID()}`].map(async (query) => {
        const response = await gateway.fetch(path + query)
        return [response.status, response.headers.get('etag'), await response.text()]
      }),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.[0]).toBe(200)
  })

  test.each([KEYS, METADATA, OPENID])('AC-405 HEAD %s', async (path) => {
    const { gateway } = house()
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => gateway.fetch(path, { method })),
    )
    expect([head?.status, await head?.text()]).toEqual([200, ''])
    const names = ['etag', 'cache-control', 'content-type', 'access-control-allow-origin']
    const headers = (response?: Response) => names.map((name) => response?.headers.get(name))
    expect(headers(head)).toEqual(headers(get))
    expect(headers(get)).not.toContain(null)
    expect(get?.headers.get('cache-control')).toBe('public, max-age=300')
  })

  test('AC-405 anybody may read the public documents, and nothing else', async () => {
    const { gateway } = house()
    const origin = 'https://console.evil.test'
    const preflight = { origin, 'access-control-request-method': 'POST' }
    for (const path of [KEYS, METADATA, OPENID]) {
      const response = await gateway.fetch(path, { headers: { origin } })
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
    const others = [
      '/',
      '/oauth/token',
      '/v1/serviceaccounts/token',
      '/api/m2m/oauth/token',
      '/admin/v1/namespaces',
      '/healthz',
      '/readyz',
      '/.well-known/nothing',
      `${KEYS}/`,
    ]
    for (const path of others) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { headers } = await gateway.fetch(path, { method, headers: preflight })
        const cors = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
        expect(cors, `${method} ${path}`).toEqual([])
      }
    }
  })
})

describe('AC-400 the metadata', () => {
  test('AC-400 is the same at both addresses, and honest about the issuer', async () => {
    const { gateway, BR } = house()
    const metadata = await read<Metadata>(METADATA)
    expect(await read(OPENID)).toEqual(metadata)
    const { access_token } = await expectIssued(await gateway.token(BR()))
    expect(metadata.issuer).toBe(decodeJwt(access_token).iss)
    expect(metadata.response_types_supported).toEqual([])
  })

  test('AC-400 names https endpoints that exist', async () => {
    const metadata = await read<Metadata>(METADATA)
    const urls = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(urls.map(([name]) => name)).toEqual(
      expect.arrayContaining(['token_endpoint', 'jwks_uri']),
    )
    for (const [name, url] of urls) {
      const { origin, pathname } = new URL(String(url))
      expect(origin).toBe(metadata.issuer)
      const response = await house().gateway.fetch(pathname)
      expect(response.status, name).not.toBe(404)
    }
  })

  test('AC-400 names the grants that work, and no others', async () => {
    const { gateway, BT, deployer } = house()
    const { grant_types_supported } = await read<Metadata>(METADATA)
    const [exchange, bearer] = DOORS.map((door) => door.form(BT()).grant_type)
    expect(grant_types_supported.sort()).toEqual([exchange, bearer, 'client_credentials'].sort())
    for (const door of DOORS) {
      const form = { ...door.form(BT()), client_id: deployer.client_id, resource: API_1 }
      await expectIssued(await gateway.token(form))
    }
    const others = ['authorization_code', 'implicit', 'password', 'refresh_token']
    const device = 'urn:ietf:params:oauth:grant-type:device_code'
    for (const grant_type of [...others, device, ACCESS_TOKEN_TYPE]) {
      const response = await gateway.token({ grant_type, client_id: deployer.client_id })
      expect(await response.json()).toMatchObject({ error: 'unsupported_grant_type' })
    }
  })

  const login = { grant_type: 'client_credentials', resource: API_1 }

  /** Tries to register a key and to authenticate with it. */
  async function byKey(): Promise<Response> {
    const { gateway } = house()
    const key = await makeEcKey('c1')
    const made = await gateway.admin('POST', `/service-accounts/${secret.id}/keys`, {
      jwk: key.jwk,
    })
    const { kid } = (await made.json()) as { kid?: string }
    const { client_id } = secret
    const payload = { iss: client_id, sub: client_id, aud: 'https://gw.test', exp: now() + 60 }
    const header = { alg: 'ES256', kid, typ: 'JWT' }
    return gateway.token({
      ...login,
      client_assertion_type: CLIENT_ASSERTION,
      client_assertion: jws({ header, payload: { ...payload, jti: randomUUID() }, signer: key }),
    })
  }

  const methods: Readonly<Record<string, () => Promise<Response>>> = {
    none: () => house().gateway.token(house().BR()),
    client_secret_basic: () => {
      const authorization = basic(secret.client_id, secret.client_secret)
      return house().gateway.token(login, { headers: { authorization } })
    },
    client_secret_post: () => {
      const { client_id, client_secret } = secret
      return house().gateway.token({ ...login, client_id, client_secret })
    },
    private_key_jwt: byKey,
  }

  test.each(Object.entries(methods))('AC-400 announces %s if it works', async (name, attempt) => {
    const metadata = await read<Metadata>(METADATA)
    const announced = metadata.token_endpoint_auth_methods_supported
    expect(Object.keys(methods)).toEqual(expect.arrayContaining(announced))
    expect(announced.includes(name)).toBe((await attempt()).status === 200)
  })
})
