import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { type KeyDesk, keyDesk, rootLogin } from '../support/signing-keys.ts'
import { turn } from '../support/switches.ts'

// Time has to pass: test entry. One clock for the gateway, for CI and for the APIs that verify.
const house = useHouse({ entry: 'test', env: { SIGNING_KEY_DAYS: { type: 'text', value: '1' } } })

const KEYS = '/.well-known/jwks.json'
const API = 'https://long.test'
const minuteMs = 60_000

const realNow = Date.now.bind(Date)
let aheadMs = 0
vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs)

async function pass(ms: number): Promise<void> {
  aheadMs += ms
  await turn(house().gateway, { clockOffsetMs: aheadMs })
}

let desk: KeyDesk
let caller: SecretAccount

beforeAll(async () => {
  const { gateway, make } = house()
  desk = keyDesk(gateway)
  // The longest token there is: it must outlive the rotations that follow it.
  const api = await make.resourceServer('/acme', API, { token_ttl_seconds: 3600 })
  const role = await make.role('/acme', 'long', api)
  caller = await make.create<SecretAccount>('/service-accounts', {
    namespace: '/acme',
    name: 'long',
    client_credentials: {},
    role_bindings: [{ role_id: role.id, namespace: '/acme' }],
  })
})

async function login(): Promise<string> {
  const authorization = basic(caller.client_id, caller.client_secret)
  const form = { grant_type: 'client_credentials', resource: API }
  const response = await house().gateway.token(form, { headers: { authorization } })
  return (await expectIssued(response)).access_token
}

const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? ''

/** An edge API that echoes who is calling. It knows an issuer and an audience, and caches keys. */
function echoApi() {
  const keys = createRemoteJWKSet(new URL(`${house().gateway.url()}${KEYS}`))
  return async (token: string): Promise<string | undefined> => {
    const pinned = { issuer: 'https://gw.test', audience: API, typ: 'at+jwt' }
    const { payload } = await jwtVerify(token, keys, {
      ...pinned,
      algorithms: ['ES256'],
      currentDate: new Date(Date.now()),
    })
    return payload.sub
  }
}

describe('a rotation', () => {
  test('AC-401 by schedule: published 10 min before it signs, kept 3 960 s after', async () => {
    const { gateway } = house()
    const { kid: old } = await desk.only('active')
    await gateway.scheduled()
    expect(await desk.kids()).toEqual([old])

    await pass(24 * 60 * minuteMs)
    await gateway.scheduled()
    const [next = '', ...others] = await desk.kids()
    expect(others).toEqual([old])
    expect(next).not.toBe(old)

    // However often the clock strikes and the owner asks.
    await pass(10 * minuteMs - 5000)
    await gateway.scheduled()
    await desk.rotate()
    expect(kidOf(await login())).toBe(old)
    const last = await login()

    await pass(5000)
    expect(kidOf(await login())).toBe(old)
    await gateway.scheduled()
    expect(kidOf(await login())).toBe(next)
    expect(await desk.kids()).toEqual([next, old])

    await pass(3600 * 1000 - 10_000)
    await gateway.scheduled()
    expect(await echoApi()(last)).toBe(caller.id)
    await pass(370_000 - 5000)
    await gateway.scheduled()
    expect(await desk.kids()).toEqual([next, old])
    await pass(5000)
    await gateway.scheduled()
    expect(await desk.kids()).toEqual([next])
    expect((await desk.only('active')).kid).toBe(next)
  })

  test('AC-401 by hand: the same times', async () => {
    const { gateway } = house()
    const { kid: old } = await desk.only('active')
    const { kid: next } = await desk.rotate()
    expect(await desk.kids()).toEqual([next, old])
    await pass(10 * minuteMs - 5000)
    expect((await desk.rotate()).state).toBe('published')
    expect(kidOf(await login())).toBe(old)
    await pass(5000)
    expect((await desk.rotate()).state).toBe('active')
    expect(kidOf(await login())).toBe(next)
    await pass(3_960_000 - 5000)
    await gateway.scheduled()
    expect(await desk.kids()).toEqual([next, old])
    await pass(5000)
    await gateway.scheduled()
    expect(await desk.kids()).toEqual([next])
  })

  test('AC-402 under 50 requests a second: no token fails to verify', async () => {
    const api = echoApi()
    const failures: unknown[] = []
    const tokens: string[] = []
    const calls: Promise<void>[] = []
    const call = async (): Promise<void> => {
      try {
        const token = await login()
        tokens.push(token)
        expect(await api(token)).toBe(caller.id)
      } catch (thrown) {
        failures.push(thrown)
      }
    }
    const load = setInterval(() => calls.push(call()), 20)
    const second = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000))
    await second()
    const { kid: next } = await desk.rotate()
    await second()
    await pass(10 * minuteMs)
    await second()
    expect((await desk.rotate()).state).toBe('active')
    await second()
    clearInterval(load)
    await Promise.all(calls)
    expect(failures).toEqual([])
    expect(calls.length).toBeGreaterThan(100)
    const kids = new Set(tokens.map(kidOf))
    expect(kids.size).toBe(2)
    expect(kids).toContain(next)
    // What was issued first is as good at an API that starts now.
    const late = echoApi()
    for (const token of tokens) expect(await late(token)).toBe(caller.id)
  })

  test('AC-405 the key set after each step: a stale ETag brings the new one', async () => {
    const { gateway } = house()
    const conditional = (etag: string) =>
      gateway.fetch(KEYS, { headers: { 'if-none-match': etag } })
    const etagOf = (response: Response): string => response.headers.get('etag') ?? ''
    let etag = etagOf(await gateway.fetch(KEYS))
    const expectNew = async (kids: readonly string[]): Promise<void> => {
      const response = await conditional(etag)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('public, max-age=300')
      const { keys } = (await response.json()) as { keys: JWK[] }
      expect(keys.map(({ kid }) => kid)).toEqual(kids)
      etag = etagOf(response)
      expect((await conditional(etag)).status).toBe(304)
      const head = await gateway.fetch(`${KEYS}?v=1`, { method: 'HEAD' })
      expect([etagOf(head), await head.text()]).toEqual([etag, ''])
    }
    const before = await desk.kids()
    const { kid: next } = await desk.rotate()
    await expectNew([next, ...before])
    // Which of them signs is nobody's business: the set is the same.
    await pass(10 * minuteMs)
    await desk.rotate()
    expect((await conditional(etag)).status).toBe(304)
    const { active } = await desk.revoke(next)
    await expectNew([active?.kid ?? '', ...before])
  })
})

describe('a key that others may have', () => {
  const marks = async () =>
    (await house().gateway.db.execute("SELECT * FROM revocations WHERE kind = 'key'")).rows

  const introspect = async (token: string): Promise<unknown> => {
    const { gateway } = house()
    const response = await gateway.fetch('/oauth/introspect', {
      method: 'POST',
      headers: { authorization: `Bearer ${await rootLogin(gateway)}` },
      body: new URLSearchParams({ token }),
    })
    return response.json()
  }

  test('AC-404 leaves the set at once, is named in the feed, and nothing of it is good', async () => {
    const { gateway } = house()
    const [root, token] = [await rootLogin(gateway), await login()]
    const kid = kidOf(token)
    expect(kidOf(root)).toBe(kid)
    expect(await introspect(token)).toMatchObject({ active: true })
    const stale = await gateway.fetch(KEYS)
    expect(stale.headers.get('cache-control')).toBe('public, max-age=300')

    const { active } = await desk.revoke(kid)
    const set = await gateway.fetch(KEYS)
    expect(((await set.json()) as { keys: JWK[] }).keys.map((key) => key.kid)).not.toContain(kid)
    const feed = await gateway.fetch(`/oauth/revocations?audience=${API}`)
    const jwt = await feed.text()
    expect(decodeJwt(jwt).keys).toContain(kid)
    expect(kidOf(jwt)).toBe(active?.kid)
    const [named] = (await marks()).filter((mark) => mark.value === kid)
    expect(named).toMatchObject({ audience: '', kind: 'key', value: kid })
    // Until the longest token under it is dead, with time for slow copies of the set.
    expect(Number(named?.expires_at)).toBeGreaterThanOrEqual((decodeJwt(token).exp ?? 0) + 300)

    const answer = await gateway.admin('GET', '/namespaces', undefined, { token: root })
    await expectProblem(answer, 401, 'authentication-required')
    expect(await introspect(token)).toEqual({ active: false })
    await expect(echoApi()(token)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    expect(kidOf(await login())).toBe(active?.kid)
    expect(await echoApi()(await login())).toBe(caller.id)
  })

  test('AC-404 what a thief signs with it is refused as well', async () => {
    const { gateway } = house()
    const root = await rootLogin(gateway)
    const thief = await generateKeyPair('ES256', { extractable: true })
    const kid = kidOf(root)
    const jwk = { ...(await exportJWK(thief.publicKey)), kid, alg: 'ES256', use: 'sig' }
    // The thief's key stands for the private half that was stolen.
    await gateway.db.execute({
      sql: 'UPDATE signing_keys SET public_jwk = ? WHERE kid = ?',
      args: [JSON.stringify(jwk), kid],
    })
    const forge = () =>
      new SignJWT({ ...decodeJwt(root), jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .setIssuedAt(Math.floor(Date.now() / 1000) + 30)
        .setExpirationTime(Math.floor(Date.now() / 1000) + 3600)
        .sign(thief.privateKey)
    const attempt = async () =>
      gateway.admin('POST', `/signing-keys/${kid}:revoke`, undefined, { token: await forge() })
    // It works until the key is revoked, here by the thief itself.
    expect((await attempt()).status).toBe(200)
    await expectProblem(await attempt(), 401, 'authentication-required')
    await expectIssued(await gateway.token(house().BR()))
  })

  test('AC-404 whoever revokes while tokens are issued: one key is active, always', async () => {
    const { gateway } = house()
    const active = async (): Promise<number> => {
      const query = "SELECT count(*) AS n FROM signing_keys WHERE state = 'active'"
      return Number((await gateway.db.execute(query)).rows[0]?.n)
    }
    const statuses: number[] = []
    const counts: number[] = []
    const tokens: string[] = []
    const mint = async (): Promise<void> => {
      const response = await gateway.token(house().BR())
      statuses.push(response.status)
      const { access_token } = (await response.json()) as { access_token?: string }
      if (access_token !== undefined) tokens.push(access_token)
    }
    const root = { authorization: basic(gateway.root.client_id, gateway.root.client_secret) }
    const revoke = async (): Promise<void> => {
      const form = { grant_type: 'client_credentials' }
      const answer = await gateway.token(form, { headers: root })
      statuses.push(answer.status)
      const { access_token: token } = (await answer.json()) as { access_token?: string }
      if (token === undefined) return
      const path = `/signing-keys/${kidOf(token)}:revoke`
      const { status } = await gateway.admin('POST', path, undefined, { token })
      // Another one may have revoked the key that this token was signed with.
      expect([200, 401]).toContain(status)
    }
    const before = (await marks()).length
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await (i % 5 === 0 ? revoke() : mint())
        counts.push(await active())
      }),
    )
    expect(new Set(counts)).toEqual(new Set([1]))
    // Too many changes under one request are an outage, never a token of nobody.
    expect(new Set([...statuses, 200, 503])).toEqual(new Set([200, 503]))
    const revoked = new Set((await marks()).map((mark) => mark.value))
    expect(revoked.size).toBeGreaterThan(before)
    const good = new Set(await desk.kids())
    for (const token of tokens) {
      expect(good.has(kidOf(token)) || revoked.has(kidOf(token))).toBe(true)
    }
    const response = await gateway.fetch(KEYS)
    const { keys } = (await response.json()) as { keys: JWK[] }
    for (const jwk of keys) expect(await importJWK(jwk, 'ES256')).toBeDefined()
  })
})

describe('many owners at once', () => {
  const fifty = <T>(run: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 50 }, run))
  const rotate = async (token: string): Promise<{ kid: string; state: string }> => {
    const response = await house().gateway.admin('POST', '/signing-keys:rotate', {}, { token })
    expect(response.status).toBe(200)
    return (await response.json()) as { kid: string; state: string }
  }

  test('AC-401 fifty rotations publish one key', async () => {
    const token = await rootLogin(house().gateway)
    const answers = await fifty(() => rotate(token))
    expect(new Set(answers.map(({ kid }) => kid)).size).toBe(1)
    expect((await desk.only('published')).kid).toBe(answers[0]?.kid)
  })

  test('AC-401 fifty rotations activate one key', async () => {
    const { kid: old } = await desk.only('active')
    const { kid: next } = await desk.only('published')
    await pass(10 * minuteMs)
    const token = await rootLogin(house().gateway)
    const answers = await fifty(() => rotate(token))
    expect((await desk.only('active')).kid).toBe(next)
    expect((await desk.list()).find(({ kid }) => kid === old)?.state).toBe('retired')
    expect(answers.filter(({ kid, state }) => kid === next && state === 'active')).not.toEqual([])
    // Who came after it began the next rotation, all of them the same.
    const others = new Set(answers.map(({ kid }) => kid).filter((kid) => kid !== next))
    expect(others.size).toBeLessThanOrEqual(1)
  })
})
