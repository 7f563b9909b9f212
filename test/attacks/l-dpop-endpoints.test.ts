import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { proof, TOKEN_URL, tokenHash } from '../support/dpop.ts'
import { INACTIVE, introspection, makeIntrospector, postForm } from '../support/endings.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import { logIn, secretAccount } from '../support/logins.ts'
import { settings } from '../support/settings.ts'

const house = useHouse()

let key: TestKey
let job: SecretAccount
let api: SecretAccount

beforeAll(async () => {
  key = await makeEcKey('k1')
  job = await secretAccount(house(), 'job')
  api = await makeIntrospector(house(), 'api')
})

const bound = async (
  account: Pick<SecretAccount, 'client_id' | 'client_secret'>,
  resource: string,
) => {
  const headers = { dpop: proof(key) }
  const response = await logIn(house(), account, { headers, form: { resource } })
  return (await expectIssued(response, 'DPoP')).access_token
}

describe('introspection of a bound token', () => {
  test('says its key and its type', async () => {
    const token = await bound(job, API_1)
    expect(await introspection(house().gateway, api, token)).toMatchObject({
      active: true,
      token_type: 'DPoP',
      cnf: { jkt: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) },
      client_id: job.client_id,
    })
  })

  test('and of one that is not', async () => {
    const { access_token } = await expectIssued(await logIn(house(), job))
    const said = await introspection(house().gateway, api, access_token)
    expect(said).toMatchObject({ active: true, token_type: 'Bearer' })
    expect(said).not.toHaveProperty('cnf')
  })

  test('its client gives it up like any other', async () => {
    const { gateway } = house()
    const token = await bound(job, API_1)
    const { client_id, client_secret } = job
    const authorization = basic(client_id, client_secret)
    expect((await postForm(gateway, 'revoke', { token }, { authorization })).status).toBe(200)
    expect(await introspection(gateway, api, token)).toEqual(INACTIVE)
  })
})

describe('the admin API takes no bound token', () => {
  const path = '/namespaces'
  const adminUrl = `${settings.issuerUrl}/admin/v1${path}`

  test('as a plain Bearer', async () => {
    const { gateway } = house()
    const token = await bound(gateway.root, 'urn:gatehouse:admin')
    const response = await gateway.admin('GET', path, undefined, { token })
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
    const problem = await expectProblem(response, 401, 'authentication-required')
    expect(problem.detail).toContain('DPoP')
  })

  test('nor with a proof, by either scheme', async () => {
    const { gateway } = house()
    const token = await bound(gateway.root, 'urn:gatehouse:admin')
    const claims = { htm: 'GET', htu: adminUrl, ath: tokenHash(token) }
    for (const scheme of ['DPoP', 'Bearer']) {
      const headers = { authorization: `${scheme} ${token}`, dpop: proof(key, { claims }) }
      const response = await gateway.admin('GET', path, undefined, { token: null, headers })
      await expectProblem(response, 401, 'authentication-required')
    }
  })

  test('nor introspection, which takes its Bearer tokens', async () => {
    const { gateway } = house()
    const token = await bound(gateway.root, 'urn:gatehouse:admin')
    const plain = await expectIssued(await logIn(house(), job))
    const form = { token: plain.access_token }
    const authorization = `Bearer ${token}`
    expect((await postForm(gateway, 'introspect', form, { authorization })).status).toBe(401)
  })

  test('and one that is not bound as ever', async () => {
    const { gateway } = house()
    expect((await gateway.admin('GET', path)).status).toBe(200)
  })
})

test('the metadata tells by what a proof can be signed', async () => {
  const response = await house().gateway.fetch('/.well-known/oauth-authorization-server')
  expect(await response.json()).toMatchObject({
    token_endpoint: TOKEN_URL,
    dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'RS256'],
  })
})
