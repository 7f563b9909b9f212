import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { builtIn, makeActor } from './admin/actors.ts'
import { assertionClaims, registerKey, signAssertion, withAssertion } from './support/assertion.ts'
import { useHouse } from './support/attack.ts'
import { makeCallers, type SecretAccount } from './support/callers.ts'
import { basic } from './support/clients.ts'
import { INACTIVE, introspection, makeIntrospector, mintFor, postForm } from './support/endings.ts'
import { expectB400, expectC401, expectError, expectIssued } from './support/expect.ts'
import { API_1, API_3 } from './support/fixture.ts'
import type { Claims } from './support/issuer.ts'
import { makeEcKey } from './support/keys.ts'
import { makeToken, type NamedToken } from './support/named-tokens.ts'

const house = useHouse({ preset: 'github-actions' })

let api: SecretAccount
let secret: SecretAccount

beforeAll(async () => {
  api = await makeIntrospector(house(), 'api-1')
  secret = (await makeCallers(house())).secret
})

const ask = (token: string, caller = api) => introspection(house().gateway, caller, token)

const post = (form: Claims, headers?: Record<string, string>) =>
  postForm(house().gateway, 'introspect', form as Record<string, string>, headers)

const login = async (members: Claims = {}): Promise<string> => {
  const authorization = basic(secret.client_id, secret.client_secret)
  const form = { grant_type: 'client_credentials', resource: API_1, ...members }
  const response = await house().gateway.token(form, { headers: { authorization } })
  return (await expectIssued(response)).access_token
}

describe('RFC 7662 §2.2 an active token', () => {
  test('of a federated login means what it says itself', async () => {
    const token = await mintFor(house(), house().deployer, { run_id: '77', sha: 'f'.repeat(40) })
    const answer = await ask(token)
    expect(answer).toEqual({ active: true, token_type: 'Bearer', ...decodeJwt(token) })
    expect(answer).toMatchObject({
      iss: 'https://gw.test',
      sub: house().deployer.id,
      client_id: house().deployer.client_id,
      aud: API_1,
      scope: 'deploy:read deploy:write',
      namespace: '/acme',
      act: { iss: house().gateway.issuers.a.url },
      provenance: { run_id: '77', repository_id: '1001' },
      policy: expect.stringMatching(/^tp_[0-9a-z]+@1$/),
      decision_id: expect.stringMatching(/^dec_/),
    })
  })

  test('of a client says no more than there is', async () => {
    const answer = await ask(await login({ scope: 'deploy:read' }))
    expect(Object.keys(answer).sort()).toEqual(
      'active aud client_id exp iat iss jti namespace scope sub token_type'.split(' '),
    )
    expect(answer).toMatchObject({ sub: secret.id, scope: 'deploy:read' })
  })

  test('that is named means what its account holds now', async () => {
    const { gateway, account, make, roles, resourceServers } = house()
    const holder = await account('holder', { policies: [] })
    const { token, id, created_at, expires_at } = await makeToken(house(), holder)
    const answer = await ask(token)
    expect(answer).toEqual({
      active: true,
      token_type: 'Bearer',
      iss: 'https://gw.test',
      sub: holder.id,
      client_id: holder.client_id,
      aud: API_1,
      iat: Math.floor(Date.parse(created_at) / 1000),
      exp: Math.floor(Date.parse(expires_at) / 1000),
      jti: id,
      scope: 'deploy:read deploy:write',
      namespace: '/acme',
    })
    await make.namespace('/acme/payments')
    const reader = await make.role('/acme', 'reader', resourceServers.api1, {
      permissions: ['deploy:read'],
    })
    const bindings = await gateway.admin('GET', `/role-bindings?service_account_id=${holder.id}`)
    const { data } = (await bindings.json()) as { data: { id: string; role_id: string }[] }
    const bound = data.find(({ role_id }) => role_id === roles.api1.id)
    const bind = (role_id: string, namespace: string) =>
      make.create('/role-bindings', {
        role_id,
        namespace,
        principal: { type: 'service_account', id: holder.id },
      })
    await bind(reader.id, '/acme')
    await bind(roles.api1.id, '/acme/payments')
    const path = `/role-bindings/${bound?.id}`
    expect((await gateway.admin('DELETE', path, undefined, { ifMatch: '"1"' })).status).toBe(204)
    const narrowed = await ask(token)
    expect(narrowed).toMatchObject({ scope: 'deploy:read deploy:write' })
    expect(narrowed).not.toHaveProperty('namespace')
    expect(narrowed.authorization_details).toEqual([
      { type: 'namespace', identifier: '/acme', actions: ['deploy:read'] },
      { type: 'namespace', identifier: '/acme/payments', actions: ['deploy:write'] },
    ])
  })

  test('that is named counts as used, by the API that asked', async () => {
    const { gateway } = house()
    const { id, token } = await makeToken(house(), secret)
    const path = `/service-accounts/${secret.id}/tokens/${id}`
    const lastUse = async () =>
      ((await (await gateway.admin('GET', path)).json()) as NamedToken).last_used_at
    expect(await lastUse()).toBeNull()
    await ask(token)
    await expect.poll(lastUse, { timeout: 10_000 }).not.toBeNull()
  })

  test('§2.1 token_type_hint and other parameters change nothing', async () => {
    const token = await login()
    const authorization = basic(api.client_id, api.client_secret)
    for (const hint of ['access_token', 'refresh_token', 'x']) {
      const response = await post({ token, token_type_hint: hint, x: 'y' }, { authorization })
      expect(await response.json()).toMatchObject({ active: true })
    }
  })

  test('§2.2 is never cached', async () => {
    const authorization = basic(api.client_id, api.client_secret)
    for (const token of [await login(), 'x']) {
      const { headers } = await post({ token }, { authorization })
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('pragma')).toBe('no-cache')
    }
  })
})

describe('RFC 7662 §2.2 an inactive one says nothing more', () => {
  test.each([
    ['garbage', 'x'],
    ['a secret', 'gths_0000000000000000000000000000000000000000000000000'],
    ['a named token of nobody', 'gtht_0000000000000000000000000000000000000000000000000'],
    ['dots', '..'],
    ['a very long text', 'x'.repeat(20_000)],
  ])('%s', async (_, token) => {
    expect(await ask(token)).toEqual(INACTIVE)
  })

  test('a CI token, and one of ours that was altered', async () => {
    expect(await ask(house().BT())).toEqual(INACTIVE)
    const token = await login()
    const [header, payload, signature] = token.split('.')
    const claims = { ...decodeJwt(token), scope: 'all' }
    const altered = Buffer.from(JSON.stringify(claims)).toString('base64url')
    expect(await ask(`${header}.${altered}.${signature}`)).toEqual(INACTIVE)
    expect(await ask(`${header}.${payload}.${signature?.slice(1)}`)).toEqual(INACTIVE)
    expect(await ask(`${token} `)).toEqual(INACTIVE)
    expect(await ask(token)).toMatchObject({ active: true })
  })

  test('one for an API that lies elsewhere, be it the gateway’s own', async () => {
    const { gateway, account, roles } = house()
    const other = await makeIntrospector(house(), 'api-3', '/globex')
    const stranger = await account('stranger', {
      namespace: '/globex',
      policies: [],
      roles: [roles.api3],
      members: { client_credentials: {} },
    })
    const { client_id, client_secret } = stranger as SecretAccount
    const foreign = await expectIssued(
      await gateway.token({ grant_type: 'client_credentials', client_id, client_secret }),
    )
    expect(decodeJwt(foreign.access_token).aud).toBe(API_3)
    expect(await ask(foreign.access_token, other)).toMatchObject({ active: true })
    expect(await ask(foreign.access_token)).toEqual(INACTIVE)
    expect(await ask(await login(), other)).toEqual(INACTIVE)
    expect(await ask(await gateway.rootToken())).toEqual(INACTIVE)
    const named = await makeToken(house(), secret)
    expect(await ask(named.token)).toMatchObject({ active: true })
    expect(await ask(named.token, other)).toEqual(INACTIVE)
  })

  test('a named token that was deleted, or of which nothing is held any more', async () => {
    const { gateway, account } = house()
    const holder = await account('former-holder', { policies: [] })
    const [one, other] = [await makeToken(house(), holder), await makeToken(house(), holder)]
    const path = `/service-accounts/${holder.id}/tokens/${one.id}`
    expect((await gateway.admin('DELETE', path)).status).toBe(204)
    expect(await ask(one.token)).toEqual(INACTIVE)
    expect(await ask(other.token)).toMatchObject({ active: true })
    const ceiling = { resource_server_ids: [house().resourceServers.api2.id] }
    await gateway.admin('PATCH', `/service-accounts/${holder.id}`, ceiling)
    expect(await ask(other.token)).toEqual(INACTIVE)
  })
})

describe('RFC 7662 §2.1 who may ask', () => {
  test('a client by its secret, in either place, and by its key, once', async () => {
    const token = await login()
    const { client_id, client_secret } = api
    const byBody = await post({ token, client_id, client_secret })
    expect(await byBody.json()).toMatchObject({ active: true })
    const key = await makeEcKey('c1')
    const { kid } = await registerKey(house().gateway, api.id, { jwk: key.jwk })
    const form = {
      token,
      ...withAssertion(signAssertion(assertionClaims(client_id), key, { kid })),
    }
    expect(await (await post(form)).json()).toMatchObject({ active: true })
    await expectC401(await post(form))
  })

  test('a bearer of a token for the admin API, within its scope', async () => {
    const { gateway } = house()
    const token = await login()
    const bearer = (text: string) => post({ token }, { authorization: `Bearer ${text}` })
    const active = await bearer(await gateway.rootToken())
    expect(await active.json()).toMatchObject({ active: true })
    const deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
    expect(await (await bearer(deployer.token)).json()).toMatchObject({ active: true })
    const elsewhere = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
    expect(await (await bearer(elsewhere.token)).json()).toEqual(INACTIVE)
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    const narrow = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')], 'roles:read')
    for (const text of [viewer.token, narrow.token, token, 'x', house().BT()]) {
      const response = await bearer(text)
      expect(response.headers.get('www-authenticate')).toBe(
        'Bearer realm="gatehouse", error="invalid_token"',
      )
      await expectError(response, 401, 'invalid_token')
    }
  })

  test('nobody else, and nobody learns why', async () => {
    const token = await login()
    const { client_id, client_secret } = api
    const { account, BT, deployer } = house()
    const ceiling = {
      client_credentials: {},
      resource_server_ids: [house().resourceServers.api1.id],
    }
    const below = await account('below-ceiling', { policies: [], members: ceiling })
    const refused = [
      {},
      { client_id },
      { client_id: 'nobody' },
      { client_id, client_secret: 'wrong' },
      { client_id: 'nobody', client_secret },
      { client_id: secret.client_id, client_secret: secret.client_secret },
      { client_id: below.client_id, client_secret: String(below.client_secret) },
      { client_id: deployer.client_id, ...withAssertion(BT()) },
    ]
    const bodies = new Set<string>()
    for (const form of refused) {
      const response = await post({ token, ...form })
      const body = (await response.clone().json()) as Claims
      await expectC401(response)
      bodies.add(JSON.stringify({ ...body, decision_id: '' }))
    }
    expect(bodies.size).toBe(1)
  })

  test('an account whose ceiling leaves the admin API out may not, whatever its roles', async () => {
    const { gateway } = house()
    const role = await house().make.role('/acme', 'asker', {
      id: 'rs_admin',
      permissions: ['tokens:introspect'],
    })
    const asker = await house().make.create<SecretAccount>('/service-accounts', {
      namespace: '/acme',
      name: 'asker',
      client_credentials: {},
      role_bindings: [{ role_id: role.id, namespace: '/acme' }],
    })
    const token = await login()
    expect(await ask(token, asker)).toMatchObject({ active: true })
    const resource_server_ids = [house().resourceServers.api1.id]
    await gateway.admin('PATCH', `/service-accounts/${asker.id}`, { resource_server_ids })
    const { client_id, client_secret } = asker
    await expectC401(await post({ token, client_id, client_secret }))
  })
})

describe('RFC 7662 §2.3 and RFC 6749 §3.2 the request', () => {
  test('needs a token, and one way to say who asks', async () => {
    const { client_id, client_secret } = api
    const authorization = basic(client_id, client_secret)
    const bearer = `Bearer ${await house().gateway.rootToken()}`
    const token = 'x'
    await expectB400(await post({}, { authorization }), 'invalid_request')
    await expectB400(await post({ token: '' }, { authorization }), 'invalid_request')
    await expectB400(await post({ token, client_secret }, { authorization }), 'invalid_request')
    await expectB400(
      await post({ token, client_secret }, { authorization: bearer }),
      'invalid_request',
    )
    const other = { token, client_id: secret.client_id }
    await expectB400(await post(other, { authorization }), 'invalid_request')
  })

  test('is a POST of a form, with the token in its body', async () => {
    const { gateway } = house()
    const token = await login()
    const authorization = basic(api.client_id, api.client_secret)
    const path = `/oauth/introspect?token=${token}`
    const get = await gateway.fetch(path, { headers: { authorization } })
    expect(get.headers.get('allow')).toBe('POST')
    await expectError(get, 405, 'invalid_request')
    const init = { method: 'POST', headers: { authorization } }
    const query = await gateway.fetch(path, { ...init, body: new URLSearchParams({ x: 'y' }) })
    await expectB400(query, 'invalid_request')
    const json = await gateway.fetch('/oauth/introspect', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    await expectError(json, 415, 'invalid_request')
    const large = await post({ token: 'x'.repeat(40_000) }, { authorization })
    await expectError(large, 413, 'invalid_request')
    const twice = await gateway.fetch('/oauth/introspect', {
      ...init,
      body: new URLSearchParams([
        ['token', token],
        ['token', token],
      ]),
    })
    await expectB400(twice, 'invalid_request')
  })
})
