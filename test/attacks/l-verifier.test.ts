import { decodeJwt, decodeProtectedHeader, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdaptedApi, adapters } from '../support/adapters.ts'
import { useHouse } from '../support/attack.ts'
import { callApi, reach, resigned, startApi, stolenSigner } from '../support/edge-apis.ts'
import { mintFor } from '../support/endings.ts'
import { type Account, API_1, API_2 } from '../support/fixture.ts'
import { rawHeaders } from '../support/raw-headers.ts'

const house = useHouse()

/** Holds `deploy:write` at both APIs, in the whole of /acme; and one that may only read. */
let deployer: Account
let reader: Account
let token: string

beforeAll(async () => {
  const { account, make, resourceServers, roles } = house()
  const readOnly = await make.role('/acme', 'reader', {
    ...resourceServers.api1,
    permissions: ['deploy:read'],
  })
  deployer = await account('both', { roles: [roles.api1, roles.api2] })
  reader = await account('reader', { roles: [readOnly] })
  token = await mintFor(house(), deployer)
})

describe.each(adapters)('an API behind the $name adapter', (adapter) => {
  let api1: AdaptedApi
  let api2: AdaptedApi

  beforeAll(async () => {
    const { gateway } = house()
    api1 = await startApi(gateway, adapter, API_1)
    api2 = await startApi(gateway, adapter, API_2)
  })
  afterAll(() => Promise.all([api1.close(), api2.close()]))

  const send = (authorization: string | null, path?: string) =>
    callApi(api1, API_1, authorization, path)

  const expectRefused = async (response: Response, status: 401 | 403, error?: string) => {
    expect(response.status).toBe(status)
    const challenge = response.headers.get('www-authenticate')
    expect(challenge).toMatch(/^Bearer/)
    if (error !== undefined) expect(challenge).toContain(`error="${error}"`)
  }

  it('AC-265 a token for api-1 at api-2, and the other way round', async () => {
    const other = await mintFor(house(), deployer, {}, API_2)
    expect((await send(`Bearer ${token}`)).status).toBe(200)
    expect((await callApi(api2, API_2, `Bearer ${other}`)).status).toBe(200)
    await expectRefused(await callApi(api2, API_2, `Bearer ${token}`), 401, 'invalid_token')
    await expectRefused(await send(`Bearer ${other}`), 401, 'invalid_token')
  })

  it('AC-266 signed with our key: another type, another issuer, no expiry', async () => {
    const signer = await stolenSigner(house().gateway)
    expect((await send(`Bearer ${await resigned(signer, token, {})}`)).status).toBe(200)
    const bad = [
      await resigned(signer, token, {}, 'JWT'),
      await resigned(signer, token, {}, 'revocations+jwt'),
      await resigned(signer, token, { iss: 'https://gw-staging.test' }),
      await resigned(signer, token, { iss: 'https://gw.test/' }),
      await resigned(signer, token, { exp: undefined }),
      await resigned(signer, token, { exp: String(decodeJwt(token).exp) }),
    ]
    for (const each of bad) await expectRefused(await send(`Bearer ${each}`), 401, 'invalid_token')
  })

  it('AC-267 no signature; HMAC with the published key as the secret', async () => {
    const response = await house().gateway.fetch('/.well-known/jwks.json')
    const { keys } = (await response.json()) as { keys: JWK[] }
    const { kid = '' } = decodeProtectedHeader(token)
    const jwk = keys.find((key) => key.kid === kid) ?? {}
    const payload = token.split('.')[1]
    const header = (alg: string) =>
      Buffer.from(JSON.stringify({ alg, kid, typ: 'at+jwt' })).toString('base64url')
    const unsigned = ['none', 'None', 'NONE'].map((alg) => `${header(alg)}.${payload}.`)
    const secrets = [JSON.stringify(jwk), String(jwk.x), kid]
    const hmac = secrets.map((secret) =>
      new SignJWT(decodeJwt(token))
        .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
        .sign(new TextEncoder().encode(secret)),
    )
    for (const each of [...unsigned, ...(await Promise.all(hmac))]) {
      await expectRefused(await send(`Bearer ${each}`), 401, 'invalid_token')
    }
  })

  it('AC-268 another scheme, a token in the query, two Authorization headers', async () => {
    for (const scheme of ['Token', 'Basic', 'bearertoken', 'Bearer:']) {
      await expectRefused(await send(`${scheme} ${token}`), 401)
    }
    await expectRefused(await send(token), 401)
    await expectRefused(await send(null, `/whoami?access_token=${token}`), 401)
    await expectRefused(await send(`Bearer ${token}, Bearer ${token}`), 401)
    if (api1.url === undefined) return
    const twice = ['Authorization', `Bearer ${token}`, 'Authorization', `Bearer ${token}`]
    expect((await rawHeaders(api1.url, '/whoami', twice)).status).toBe(401)
    expect((await rawHeaders(api1.url, '/whoami', twice.slice(2))).status).toBe(200)
  })

  it('AC-269 a token of acme on a path of globex', async () => {
    expect((await send(`Bearer ${token}`, '/teams/acme')).status).toBe(200)
    for (const path of ['/teams/globex', '/teams/acme2', '/teams/ACME', '/teams/acm%65%2f..']) {
      await expectRefused(await send(`Bearer ${token}`, path), 403, 'insufficient_scope')
    }
  })

  it('AC-270 a scope that is missing', async () => {
    const post = (authorization: string) =>
      api1.call(new Request(`${API_1}/releases`, { method: 'POST', headers: { authorization } }))
    expect((await post(`Bearer ${token}`)).status).toBe(200)
    const narrow = await mintFor(house(), reader)
    expect((await send(`Bearer ${narrow}`)).status).toBe(200)
    const refused = await post(`Bearer ${narrow}`)
    await expectRefused(refused, 403, 'insufficient_scope')
    expect(refused.headers.get('www-authenticate')).toContain('scope="deploy:write"')
  })

  it('AC-272 200 requests with random key ids cost one look at the key set in 30 s', async () => {
    let aheadMs = 0
    let asked = 0
    const ask = reach(house().gateway)
    const api = await startApi(house().gateway, adapter, API_1, {
      now: () => Date.now() + aheadMs,
      platformCache: false,
      fetch: (request) => {
        asked += 1
        return ask(request)
      },
    })
    const { privateKey } = await generateKeyPair('ES256')
    const strange = () =>
      new SignJWT(decodeJwt(token))
        .setProtectedHeader({ alg: 'ES256', kid: crypto.randomUUID(), typ: 'at+jwt' })
        .sign(privateKey)
    const storm = async () => {
      const sent = Array.from({ length: 200 }, async () =>
        callApi(api, API_1, `Bearer ${await strange()}`),
      )
      const statuses = (await Promise.all(sent)).map(({ status }) => status)
      expect(new Set(statuses)).toEqual(new Set([401]))
    }
    try {
      expect((await callApi(api, API_1, `Bearer ${token}`)).status).toBe(200)
      expect(asked).toBe(1)
      aheadMs = 10_000
      await storm()
      expect(asked).toBe(1)
      aheadMs = 31_000
      await storm()
      expect(asked).toBe(2)
      expect((await callApi(api, API_1, `Bearer ${token}`)).status).toBe(200)
    } finally {
      await api.close()
    }
  })

  it('AC-273 a token of the staging gateway, its key published under the same kid', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const staging = (iss: string) =>
      new SignJWT({ ...decodeJwt(token), iss })
        .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'ES256' })
        .sign(privateKey)
    for (const iss of ['https://gw-staging.test', 'https://gw.test']) {
      const refused = await send(`Bearer ${await staging(iss)}`)
      await expectRefused(refused, 401, 'invalid_token')
    }
  })
})
