import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import { describe, expect, test } from 'vitest'
import { useHouse } from './support/attack.ts'
import { ACCESS_TOKEN_TYPE, DOORS, JWT_TYPE } from './support/baseline.ts'
import { basic } from './support/clients.ts'
import { expectB400, expectC401, expectIssued, expectProblem } from './support/expect.ts'
import { API_1, API_2 } from './support/fixture.ts'

const house = useHouse()

const GRANT = { grant_type: 'client_credentials' }
const ADMIN = 'urn:gatehouse:admin'
const OAUTH = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

/** Asks for a token with whatever stands in the Authorization header. */
const login = (authorization: string) =>
  house().gateway.token({ ...GRANT, resource: ADMIN }, { headers: { authorization } })

const json = async (path: string) =>
  (await (await house().gateway.fetch(path)).json()) as Record<string, unknown>

const keys = async () => (await json('/.well-known/jwks.json')) as unknown as JSONWebKeySet

/** Everything with a percent sign, as a form may write it. */
const percent = (text: string): string =>
  [...text].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')

describe('OAuth', () => {
  test('RFC 6749 §2.3.1 both halves of Basic are form-decoded', async () => {
    const { client_id, client_secret } = house().gateway.root
    await expectIssued(await login(basic(client_id, client_secret)))
    const halves = `${percent(client_id)}:${percent(client_secret)}`
    await expectIssued(await login(`Basic ${btoa(halves)}`))
    await expectIssued(await login(`bAsIc ${btoa(`${client_id}:${client_secret}`)}`))
    await expectC401(await login(basic(client_id, `${client_secret} `)))
    const body = { ...GRANT, resource: ADMIN, client_id, client_secret }
    await expectIssued(await house().gateway.token(body))
  })

  test('RFC 6749 §5.1 the members of a success', async () => {
    const { gateway, BT, BR, deployer } = house()
    const [, bearer] = DOORS
    const members = ['access_token', 'expires_in', 'scope', 'token_type']
    const exchanged = await expectIssued(await gateway.token(BR()))
    expect(Object.keys(exchanged).sort()).toEqual([...members, 'issued_token_type'].sort())
    const form = { ...bearer?.form(BT()), client_id: deployer.client_id }
    for (const response of [
      await gateway.token(form),
      await login(basic(gateway.root.client_id, gateway.root.client_secret)),
    ]) {
      const answer = await expectIssued(response)
      expect(Object.keys(answer).sort()).toEqual(members)
      expect(answer.scope).toBe(decodeJwt(answer.access_token).scope)
    }
  })

  test('RFC 6749 §5.2 codes, statuses and the alphabet of descriptions', async () => {
    const { gateway, BR } = house()
    const { client_id } = gateway.root
    const refused: [number, string, Response][] = [
      [400, 'invalid_request', await gateway.token({})],
      [400, 'invalid_request', await gateway.token(BR({ subject_token: 'x' }))],
      [400, 'unsupported_grant_type', await gateway.token(BR({ grant_type: 'password' }))],
      [400, 'invalid_scope', await gateway.token(BR({ scope: 'no:such' }))],
      [400, 'invalid_target', await gateway.token(BR({ resource: 'https://no.test' }))],
      [401, 'invalid_client', await login(basic(client_id, 'wrong'))],
      [401, 'invalid_client', await gateway.token({ ...GRANT, client_id, client_secret: 'x' })],
    ]
    for (const [status, code, response] of refused) {
      const answer = (await response.json()) as { error: string; error_description: string }
      expect([response.status, answer.error]).toEqual([status, code])
      expect(answer.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
      const challenge = response.headers.get('www-authenticate')
      if (status === 401) expect(challenge).toMatch(/^Basic realm="/)
      else expect(challenge).toBeNull()
    }
  })

  test('RFC 8693 §2.1 the types of a subject token and of what is asked for', async () => {
    const { gateway, BR } = house()
    const prefix = 'urn:ietf:params:oauth:token-type:'
    for (const subject_token_type of [JWT_TYPE, `${prefix}id_token`]) {
      for (const requested_token_type of [undefined, ACCESS_TOKEN_TYPE, JWT_TYPE]) {
        await expectIssued(await gateway.token(BR({ subject_token_type, requested_token_type })))
      }
    }
    await expectB400(await gateway.token(BR({ subject_token: undefined })), 'invalid_request')
    await expectB400(await gateway.token(BR({ subject_token_type: undefined })), 'invalid_request')
  })

  test('RFC 8693 §2.2.1 issued_token_type, in token exchange alone', async () => {
    const { gateway, BR } = house()
    for (const requested_token_type of [undefined, JWT_TYPE]) {
      const answer = await expectIssued(await gateway.token(BR({ requested_token_type })))
      expect(answer).toMatchObject({ issued_token_type: ACCESS_TOKEN_TYPE, token_type: 'Bearer' })
    }
  })

  test('RFC 8693 §2.2.2 a bad subject token is invalid_request, RFC 7523 §3.1 invalid_grant', async () => {
    const { BT, refused } = house()
    for (const token of ['x', BT({ exp: 1 }), BT({ aud: 'https://vault.test' })]) {
      await refused(token)
    }
  })

  test('RFC 8693 §4.1 act names who acted', async () => {
    const { gateway, BR } = house()
    const { access_token } = await expectIssued(await gateway.token(BR()))
    const sub = 'repo:acme/app:ref:refs/heads/main'
    expect(decodeJwt(access_token).act).toEqual({ iss: gateway.issuers.a.url, sub })
  })

  test('RFC 7521 §4.1 assertion and scope in the JWT bearer grant', async () => {
    const { gateway, BT, deployer } = house()
    const [, bearer] = DOORS
    const form = { ...bearer?.form(BT()), client_id: deployer.client_id }
    const narrowed = await expectIssued(await gateway.token({ ...form, scope: 'deploy:read' }))
    expect(narrowed.scope).toBe('deploy:read')
    await expectB400(await gateway.token({ ...form, assertion: undefined }), 'invalid_request')
    await expectB400(await gateway.token({ ...form, scope: 'no:such' }), 'invalid_scope')
  })

  test('RFC 8707 §2 the token is for the resource that was named', async () => {
    const { account, gateway, BR, roles } = house()
    const both = await account('both-apis', { roles: [roles.api1, roles.api2] })
    const ask = (form: Record<string, string | undefined>) =>
      gateway.token(BR({ client_id: both.client_id, resource: undefined, ...form }))
    for (const resource of [API_1, API_2]) {
      const asked = [{ resource }, { audience: resource }, { resource, audience: resource }]
      for (const form of asked) {
        const { access_token } = await expectIssued(await ask(form))
        expect(decodeJwt(access_token).aud).toBe(resource)
      }
    }
    await expectB400(await ask({}), 'invalid_target')
    await expectB400(await ask({ resource: API_1, audience: API_2 }), 'invalid_target')
  })
})

describe('documents and tokens', () => {
  test('RFC 8414 §2 and §3 both documents are the same and true', async () => {
    const [one, other] = await Promise.all([json(OAUTH), json(OPENID)])
    expect(one).toEqual(other)
    expect(one).toMatchObject({
      issuer: 'https://gw.test',
      token_endpoint: 'https://gw.test/oauth/token',
      jwks_uri: 'https://gw.test/.well-known/jwks.json',
      introspection_endpoint: 'https://gw.test/oauth/introspect',
      introspection_endpoint_auth_methods_supported: expect.arrayContaining(['Bearer']),
      revocation_endpoint: 'https://gw.test/oauth/revoke',
      revocation_endpoint_auth_methods_supported: expect.arrayContaining(['none']),
      response_types_supported: [],
      grant_types_supported: expect.arrayContaining([GRANT.grant_type]),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: [
        'RS256',
        'PS256',
        'ES256',
        'ES384',
        'Ed25519',
      ],
    })
    // To be let in at introspection takes more than a name.
    expect(one.introspection_endpoint_auth_methods_supported).not.toContain('none')
    expect(one).not.toHaveProperty('authorization_endpoint')
    const { headers, status } = await house().gateway.fetch(OAUTH)
    expect([status, headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ])
  })

  test('RFC 7517 §5 and RFC 7638 §3 a kid is the thumbprint of its public key', async () => {
    const published = (await keys()).keys
    expect(published.length).toBeGreaterThan(0)
    for (const key of published) {
      expect(key).toMatchObject({ kty: expect.any(String), alg: expect.any(String), use: 'sig' })
      expect(key.kid).toBe(await calculateJwkThumbprint(key))
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) {
        expect(key).not.toHaveProperty(secret)
      }
    }
  })

  test('RFC 9068 §2 header and claims', async () => {
    const { gateway, BR, deployer } = house()
    const { access_token, expires_in } = await expectIssued(await gateway.token(BR()))
    const { alg, kid, typ } = decodeProtectedHeader(access_token)
    expect([alg, typ]).toEqual(['ES256', 'at+jwt'])
    expect((await keys()).keys.map((key) => key.kid)).toContain(kid)
    const claims = decodeJwt(access_token)
    expect(claims).toMatchObject({
      iss: 'https://gw.test',
      sub: deployer.id,
      client_id: deployer.client_id,
      aud: API_1,
      jti: expect.stringMatching(/./),
      scope: 'deploy:read deploy:write',
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBe(expires_in)
  })

  test('RFC 9068 §4 a verifier accepts it by our published keys alone', async () => {
    const { gateway, BR } = house()
    const { access_token } = await expectIssued(await gateway.token(BR()))
    const set = createLocalJWKSet(await keys())
    const expected = { issuer: 'https://gw.test', audience: API_1, typ: 'at+jwt' }
    const { payload } = await jwtVerify(access_token, set, expected)
    expect(payload.client_id).toBe(house().deployer.client_id)
    await expect(jwtVerify(access_token, set, { ...expected, audience: API_2 })).rejects.toThrow()
    const forged = `${access_token.slice(0, -8)}AAAAAAAA`
    await expect(jwtVerify(forged, set, expected)).rejects.toThrow()
  })
})

describe('the admin API', () => {
  test('RFC 9457 §3 the members of a problem', async () => {
    const response = await house().gateway.admin('POST', '/namespaces', { path: 'no path' })
    const problem = await expectProblem(response, 422, 'validation-failed')
    expect(problem).toMatchObject({
      title: expect.stringMatching(/./),
      status: 422,
      detail: expect.stringMatching(/./),
      errors: [{ pointer: '/path', detail: expect.stringMatching(/./) }],
    })
  })

  test('RFC 6750 §2 and §3 a bearer token in the header, and a challenge without one', async () => {
    const { gateway, BR } = house()
    const token = await gateway.rootToken()
    const get = (headers: Record<string, string>, query = '') =>
      gateway.fetch(`/admin/v1/namespaces${query}`, { headers })
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect((await get({ authorization: `${scheme} ${token}` })).status).toBe(200)
    }
    const { access_token } = await expectIssued(await gateway.token(BR()))
    const refused = [
      await get({}),
      await get({}, `?access_token=${token}`),
      await get({ authorization: token }),
      await get({ authorization: `Basic ${token}` }),
      await get({ authorization: `Bearer ${token}x` }),
      await get({ authorization: `Bearer ${access_token}` }),
      await get({ authorization: `Bearer ${house().BT()}` }),
    ]
    for (const response of refused) {
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="/)
      await expectProblem(response, 401, 'authentication-required')
    }
  })
})
