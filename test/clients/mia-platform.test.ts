import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { certificatePem, selfSigned } from '../support/certificate.ts'
import { expectC401 } from '../support/expect.ts'
import { jws } from '../support/jws.ts'
import { makeRsaKey, spki, type TestKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'
import { curl } from './curl.ts'

// The commands of Mia-Platform's documentation ("Manage Service Accounts"), with only what stands in
// brackets there filled in.

const CONSOLE = 'https://console.test'
const PERMISSIONS = ['console.root.user.bind', 'console.root.user.manage']

const house = useHouse()
let key: TestKey

beforeAll(async () => {
  key = await makeRsaKey('theirs')
  await house().make.resourceServer('/', CONSOLE, { permissions: PERMISSIONS })
})

const bearer = async () => `Authorization: Bearer ${await house().gateway.rootToken()}`

const create = async (body: object) =>
  curl(
    ...['--location', '--request', 'POST', `${house().gateway.url()}/api/service-accounts`],
    ...['--header', 'Content-Type: application/json'],
    ...['--header', 'Client-key: [console-client-key]'],
    ...['--header', await bearer()],
    ...['--data', JSON.stringify(body)],
  )

const remove = async (clientId: unknown) =>
  curl(
    '--location',
    ...['--request', 'DELETE', `${house().gateway.url()}/api/service-accounts/${clientId}`],
    ...['--header', 'Content-Type: application/json'],
    ...['--header', 'Client-key: [console-client-key]'],
    ...['--header', await bearer()],
  )

const logIn = (clientId: unknown, clientSecret: unknown) =>
  curl(
    ...['--location', '--request', 'POST', `${house().gateway.url()}/api/m2m/oauth/token`],
    ...['--header', 'Content-Type: application/x-www-form-urlencoded'],
    ...['--header', `Authorization: Basic ${btoa(`${clientId}:${clientSecret}`)}`],
    ...['--data-urlencode', 'grant_type=client_credentials'],
  )

const logInByAssertion = (clientId: unknown, assertion: string) =>
  curl(
    ...['--location', '--request', 'POST', `${house().gateway.url()}/api/m2m/oauth/token`],
    ...['--header', 'Content-Type: application/x-www-form-urlencoded'],
    ...['--data-urlencode', 'grant_type=client_credentials'],
    '--data-urlencode',
    'client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    ...['--data-urlencode', `client_assertion=${assertion}`],
    ...['--data-urlencode', `client_id=${clientId}`],
    ...['--data-urlencode', 'token_endpoint_auth_method=private_key_jwt'],
  )

/** The assertion that their documentation describes, `iad` and all. */
const assert = (clientId: unknown, keyId: unknown, changes: object = {}): string =>
  jws({
    header: { alg: 'RS256', typ: 'JWT', kid: keyId },
    payload: {
      iss: clientId,
      sub: clientId,
      aud: 'console-client-credentials',
      jti: crypto.randomUUID(),
      iad: now(),
      exp: now() + 300,
      ...changes,
    },
    signer: key,
  })

/** The permissions of the roles of `/` that are none of ours. */
const rootRoles = async (): Promise<unknown> => {
  const list = await house().gateway.admin('GET', '/roles?limit=200')
  const { data } = (await list.json()) as { data: Made[] }
  const theirs = data.filter((role) => role.resource_server_id !== 'rs_admin')
  return theirs.filter(({ namespace }) => namespace === '/').map((role) => role.permissions)
}

describe('a root account with a secret', () => {
  test('M14 M17–M23 is made, logs in, and is deleted', async () => {
    const made = await create({
      name: 'Example Service Account',
      permissions: ['console.root.user.bind', 'console.root.user.manage'],
      tokenEndpointAuthMethod: 'client_secret_basic',
    })
    expect(made).toEqual({
      status: 201,
      body: {
        clientId: expect.stringMatching(/^cli_[0-9a-z]{26}$/),
        clientSecret: expect.stringMatching(/^gths_[0-9A-Za-z]{49}$/),
        clientIdIssuedAt: expect.any(Number),
        clientSecretExpiresAt: expect.any(Number),
      },
    })
    const { clientId, clientSecret, clientIdIssuedAt } = made.body
    expect(Math.abs(Number(clientIdIssuedAt) - now())).toBeLessThan(60)
    const { status, body } = await logIn(clientId, clientSecret)
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
    const claims = decodeJwt(String(body.access_token))
    expect(claims).toMatchObject({
      client_id: clientId,
      aud: CONSOLE,
      scope: PERMISSIONS.join(' '),
      namespace: '/',
    })
    expect(await rootRoles()).toEqual([PERMISSIONS])
    expect(await remove(clientId)).toEqual({ status: 204, body: {} })
    expect((await remove(clientId)).status).toBe(404)
    expect((await logIn(clientId, clientSecret)).status).toBe(401)
    expect(await rootRoles()).toEqual([])
  })

  test('M17 is held to the method that it registered', async () => {
    const { body } = await create({
      name: 'Basic only',
      permissions: PERMISSIONS,
      tokenEndpointAuthMethod: 'client_secret_basic',
    })
    const credentials = { client_id: `${body.clientId}`, client_secret: `${body.clientSecret}` }
    const form = { grant_type: 'client_credentials', ...credentials }
    await expectC401(await house().gateway.token(form))
    expect((await logIn(body.clientId, body.clientSecret)).status).toBe(200)
  })
})

describe('a root account with a key', () => {
  test.each(['key', 'certificate'])(
    'M24–M27 is made of a %s, and signs its assertions',
    async (kind) => {
      const made = await create({
        name: `Signs by ${kind}`,
        permissions: ['console.root.user.bind'],
        tokenEndpointAuthMethod: 'private_key_jwt',
        publicKey:
          kind === 'key'
            ? spki(key, 'pem').toString()
            : certificatePem(selfSigned(key, 'console client')),
      })
      expect(made).toEqual({
        status: 201,
        body: {
          clientId: expect.stringMatching(/^cli_/),
          keyId: expect.stringMatching(/^[\w-]{43}$/),
          clientIdIssuedAt: expect.any(Number),
        },
      })
      const { clientId, keyId } = made.body
      const { status, body } = await logInByAssertion(clientId, assert(clientId, keyId))
      expect(status).toBe(200)
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
      expect(decodeJwt(String(body.access_token))).toMatchObject({
        client_id: clientId,
        scope: 'console.root.user.bind',
      })
    },
  )

  test('M26 its assertions name that audience, live for five minutes, and are good once', async () => {
    const { body } = await create({
      name: 'Signs strictly',
      permissions: ['console.root.user.bind'],
      tokenEndpointAuthMethod: 'private_key_jwt',
      publicKey: spki(key, 'pem').toString(),
    })
    const { clientId, keyId } = body
    const refused = async (changes: object) =>
      expect(
        (await logInByAssertion(clientId, assert(clientId, keyId, changes))).status,
        JSON.stringify(changes),
      ).toBe(401)
    await refused({ aud: 'https://gw.test' })
    await refused({ exp: now() + 3600 })
    await refused({ jti: undefined })
    const assertion = assert(clientId, keyId, { iat: now() })
    expect((await logInByAssertion(clientId, assertion)).status).toBe(200)
    expect((await logInByAssertion(clientId, assertion)).status).toBe(401)
  })

  // As their integration agents sign: no `kid`, and the audience in an array.
  test('M25 needs no key id as long as it has one key', async () => {
    const { body } = await create({
      name: 'Signs without kid',
      permissions: ['console.root.user.bind'],
      tokenEndpointAuthMethod: 'private_key_jwt',
      publicKey: spki(key, 'pem').toString(),
    })
    const assertion = assert(body.clientId, undefined, {
      aud: ['console-client-credentials'],
      iat: now(),
    })
    expect((await logInByAssertion(body.clientId, assertion)).status).toBe(200)
  })
})

// What their company page asks for, at our own address.
test('M5 an account is made of a human-readable name, a role and a method', async () => {
  const { make, gateway } = house()
  await make.namespace('/mia-company')
  const made = await make.create<Made & Record<'client_id' | 'client_secret', string>>(
    '/service-accounts',
    {
      namespace: '/mia-company',
      name: 'example-service-account',
      display_name: 'Example Service Account',
      token_endpoint_auth_method: 'client_secret_basic',
      client_credentials: {},
      role_bindings: [{ role_id: 'role_viewer', namespace: '/mia-company' }],
    },
  )
  expect(made).toMatchObject({
    display_name: 'Example Service Account',
    role_bindings: [{ role_id: 'role_viewer', namespace: '/mia-company' }],
  })
  expect((await logIn(made.client_id, made.client_secret)).status).toBe(200)
  const listed = await gateway.admin('GET', '/service-accounts?namespace=/mia-company')
  expect(await listed.json()).toMatchObject({ data: [{ client_id: made.client_id }] })
})
