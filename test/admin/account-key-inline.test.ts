import { afterAll, beforeAll, expect, test } from 'vitest'
import { assertionClaims, signAssertion, withAssertion } from '../support/assertion.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { makeEcKey, makeRsaKey, spki, type TestKey } from '../support/keys.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { makeActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let ec: TestKey
let rsa: TestKey
let role: Made

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await make.namespace('/acme')
  ec = await makeEcKey('c1')
  rsa = await makeRsaKey('r1')
  role = await make.role('/acme', 'user', await make.resourceServer('/acme', 'https://api.test'))
})

afterAll(() => gateway.close())

const wanted = (name: string, keys: unknown, members: Record<string, unknown> = {}) => ({
  namespace: '/acme',
  name,
  role_bindings: [{ role_id: role.id, namespace: '/acme' }],
  keys,
  ...members,
})

const post = (body: unknown, token?: string) =>
  gateway.admin('POST', '/service-accounts', body, token === undefined ? {} : { token })

test('T3 one call makes an account that logs in by its key', async () => {
  const pem = spki(rsa, 'pem').toString()
  const keys = [{ jwk: ec.jwk }, { pem, assertion_audience: 'old' }]
  const made = await make.create<Made & { client_id: string; keys: Made[] }>(
    '/service-accounts',
    wanted('one-call', keys),
  )
  expect(made).toMatchObject({
    warnings: [],
    client_credentials: { enabled: false, secrets: 0 },
    keys: [
      { kid: 'c1', algorithm: 'ES256', warnings: [] },
      { algorithm: 'RS256', assertion_audience: 'old', warnings: ['assertion_audience'] },
    ],
  })
  expect(made).not.toHaveProperty('client_secret')
  const list = await gateway.admin('GET', `/service-accounts/${made.id}/keys`)
  expect(await list.json()).toEqual({ data: made.keys, next_cursor: null })
  const assertion = signAssertion(assertionClaims(made.client_id), ec)
  const form = { grant_type: 'client_credentials', ...withAssertion(assertion) }
  await expectIssued(await gateway.token(form))
})

test('an account without keys says so', async () => {
  const made = await make.create('/service-accounts', wanted('no-keys', undefined))
  expect(made).toMatchObject({ keys: [], warnings: ['no_authentication_method'] })
})

test.each<[string, () => unknown, string]>([
  ['an empty list', () => [], '/keys'],
  [
    'six',
    () => Array.from({ length: 6 }, (_, i) => ({ jwk: { ...ec.jwk, kid: `k${i}` } })),
    '/keys',
  ],
  ['one kid twice', () => [{ jwk: ec.jwk }, { jwk: { ...rsa.jwk, kid: 'c1' } }], '/keys/1/jwk'],
  ['a private key', () => [{ jwk: ec.jwk }, { jwk: rsa.privateJwk }], '/keys/1/jwk'],
  ['a broken PEM', () => [{ pem: 'x' }], '/keys/0/pem'],
  ['neither', () => [{}], '/keys/0/jwk'],
])('refuses %s, and makes nothing', async (name, keys, pointer) => {
  const problem = await expectProblem(
    await post(wanted(name.replaceAll(' ', '-').toLowerCase(), keys())),
    422,
    'validation-failed',
  )
  expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
  const { rows } = await gateway.db.execute({
    sql: 'SELECT id FROM service_accounts WHERE name = ?',
    args: [name.replaceAll(' ', '-').toLowerCase()],
  })
  expect(rows).toEqual([])
})

test('a key set by its URL is an unknown field', async () => {
  const keys = [{ jwks_uri: 'https://evil.test/jwks' }]
  const problem = await expectProblem(await post(wanted('by-url', keys)), 422, 'unknown-field')
  expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/keys/0/jwks_uri' })])
})

test('keys need the permission of their own POST', async () => {
  const permissions = ['service-accounts:read', 'service-accounts:write']
  const custom = await make.create('/roles', {
    namespace: '/acme',
    name: 'account-maker',
    resource_server_id: 'rs_admin',
    permissions,
  })
  const actor = await makeActor(gateway, '/acme', [{ role_id: custom.id, namespace: '/acme' }])
  const bare = { namespace: '/acme', name: 'bare' }
  expect((await post(bare, actor.token)).status).toBe(201)
  const problem = await expectProblem(
    await post({ ...bare, name: 'keyed', keys: [{ jwk: ec.jwk }] }, actor.token),
    403,
    'permission-denied',
  )
  expect(problem.detail).toContain('credentials:write')
})
