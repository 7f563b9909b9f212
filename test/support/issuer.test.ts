import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compactVerify, importJWK } from 'jose'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  body,
  cut,
  delay,
  drip,
  endless,
  type Fault,
  garbage,
  gzipBomb,
  hang,
  oversize,
  redirect,
  refuse,
  status,
} from './issuer-faults.ts'
import { createIssuers, type Issuers } from './issuers.ts'
import { jws } from './jws.ts'
import { makeEcKey, spki, without } from './keys.ts'
import { withOutbound } from './outbound.ts'

// Fetches ?u= for at most ?t= milliseconds and says what came of it.
const FETCHER = `export default { async fetch(request) {
  const query = new URL(request.url).searchParams
  const signal = AbortSignal.timeout(Number(query.get('t') ?? 3000))
  try {
    const response = await fetch(query.get('u'), { redirect: 'manual', signal })
    const reader = response.body?.getReader()
    let text = '', size = 0
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true }
      if (done) break
      size += value.length
      if (size > 65536) { await reader.cancel(); break }
      text += new TextDecoder().decode(value)
    }
    const headers = Object.fromEntries(response.headers)
    return Response.json({ status: response.status, text, size, headers })
  } catch (error) { return Response.json({ error: error.name }) }
} }`

interface Outcome {
  readonly status?: number
  readonly text?: string
  readonly size?: number
  readonly headers?: Record<string, string>
  readonly error?: string
}

let issuers: Issuers
let miniflare: Miniflare
let database: Server
let databaseUrl: string

beforeAll(async () => {
  database = createServer((request, response) => response.end(JSON.stringify(request.headers)))
  database.listen(0, '127.0.0.1')
  await once(database, 'listening')
  databaseUrl = `http://127.0.0.1:${(database.address() as AddressInfo).port}`
  issuers = await createIssuers()
  const source = { name: 'fetcher', script: FETCHER }
  const workers = withOutbound(source, issuers.handle, [databaseUrl])
  miniflare = new Miniflare({ port: 0, telemetry: { enabled: false }, workers })
  await miniflare.ready
})

afterAll(async () => {
  await miniflare.dispose()
  database.close()
})

beforeEach(() => issuers.reset())

async function get(url: string, milliseconds = 3000): Promise<Outcome> {
  const target = new URL(await miniflare.ready)
  target.search = new URLSearchParams({ u: url, t: String(milliseconds) }).toString()
  return (await fetch(target)).json() as Promise<Outcome>
}

function keySetWith(fault: Fault, milliseconds?: number): Promise<Outcome> {
  issuers.a.keySet.fault = fault
  return get('https://issuer-a.test/jwks', milliseconds)
}

test('an issuer publishes discovery and the key that signs its tokens', async () => {
  const document = JSON.parse(
    (await get('https://issuer-a.test/.well-known/openid-configuration')).text ?? '',
  )
  expect(document).toMatchObject({
    issuer: 'https://issuer-a.test',
    jwks_uri: 'https://issuer-a.test/jwks',
  })
  const { keys } = JSON.parse((await get(document.jwks_uri)).text ?? '')
  const token = issuers.a.mint({ sub: 'x' })
  const { payload } = await compactVerify(token, await importJWK(keys[0]))
  expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ sub: 'x' })
  expect([issuers.a.discovery.hits, issuers.a.keySet.hits, issuers.b.hits()]).toEqual([1, 1, 0])
})

test('every request is logged with its method and headers', async () => {
  await get('https://issuer-a.test/jwks?x=1')
  expect(issuers.requests).toMatchObject([
    { method: 'GET', url: 'https://issuer-a.test/jwks?x=1', headers: { host: 'issuer-a.test' } },
  ])
  expect(Object.keys(issuers.requests[0]?.headers ?? {})).not.toContain('x-fixture-url')
})

test('hosts that nobody plays cannot be reached, and the attempt is logged', async () => {
  expect(await get('https://nobody.test/')).toEqual({ error: 'Error' })
  expect(await get('http://169.254.169.254/latest/meta-data')).toEqual({ error: 'Error' })
  expect(await get('http://127.0.0.1:9/')).toEqual({ error: 'Error' })
  expect(issuers.requests.map((request) => request.url)).toEqual([
    'https://nobody.test/',
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:9/',
  ])
})

test('the database passes through untouched', async () => {
  const { text } = await get(`${databaseUrl}/v2/pipeline`)
  expect(JSON.parse(text ?? '')).not.toHaveProperty('x-fixture-url')
  expect(issuers.requests).toEqual([])
})

test('issuers below one host are told apart by their path', async () => {
  const org = await issuers.add('https://ci.test/org/1', { kid: 'org' })
  expect((await get('https://ci.test/org/1/jwks')).text).toContain('"kid":"org"')
  expect(await get('https://ci.test/org/12/jwks')).toEqual({ error: 'Error' })
  expect(org.hits()).toBe(1)
})

test('documents, headers and published keys can be changed', async () => {
  const { a } = issuers
  a.document = { ...a.document, issuer: 'https://other.test' }
  a.keys = [a.key.privateJwk, a.key.jwk, null, { ...without(a.key.jwk, 'alg'), use: 'enc' }]
  a.keySet.headers = { 'cache-control': 'no-store' }
  const discovery = await get('https://issuer-a.test/.well-known/openid-configuration')
  expect(JSON.parse(discovery.text ?? '').issuer).toBe('https://other.test')
  const keySet = await get('https://issuer-a.test/jwks')
  expect(keySet.headers?.['cache-control']).toBe('no-store')
  const [leaked, honest, nothing, encryption] = JSON.parse(keySet.text ?? '').keys
  expect(leaked.d).toBeTypeOf('string')
  expect(honest.d).toBeUndefined()
  expect(nothing).toBeNull()
  expect([encryption.alg, encryption.use]).toEqual([undefined, 'enc'])
})

test.each([404, 500, 503])('status %i', async (code) => {
  expect((await keySetWith(status(code))).status).toBe(code)
})

test.each([301, 302, 307, 308])('redirect %i is seen as one', async (code) => {
  const outcome = await keySetWith(redirect('https://issuer-evil.test/jwks', code))
  expect(outcome).toMatchObject({
    status: code,
    headers: { location: 'https://issuer-evil.test/jwks' },
  })
  expect(issuers.evil.hits()).toBe(0)
})

test.each([
  ['refused connection', refuse()],
  ['connection cut in the middle', cut()],
])('%s', async (_, fault) => {
  expect(await keySetWith(fault)).toEqual({ error: 'Error' })
})

test.each([
  ['hang', hang()],
  ['drip', drip()],
  ['delay', delay(2000)],
])('%s outlasts the deadline', async (_, fault) => {
  expect(await keySetWith(fault, 300)).toEqual({ error: 'TimeoutError' })
})

test('a short delay and a fast drip end well', async () => {
  expect((await keySetWith(delay(20))).status).toBe(200)
  expect(JSON.parse((await keySetWith(drip(1))).text ?? '').keys).toHaveLength(1)
})

test.each([
  ['text', garbage.text, '}{ not JSON'],
  ['empty', garbage.empty, ''],
  ['null', garbage.null, 'null'],
  ['array', garbage.array, '[]'],
  ['keys as object', garbage.keysObject, '{"keys":{}}'],
  ['no keys', garbage.noKeys, '{"keys":[]}'],
  ['own text', body('x', 'text/plain'), 'x'],
])('garbage: %s', async (_, fault, text) => {
  expect(await keySetWith(fault)).toMatchObject({ status: 200, text })
})

test('garbage: HTML', async () => {
  const outcome = await keySetWith(garbage.html)
  expect(outcome.headers?.['content-type']).toBe('text/html')
})

test.each([
  ['oversize', oversize()],
  ['endless', endless()],
  ['gzip bomb', gzipBomb()],
])('%s exceeds any limit', async (_, fault) => {
  const outcome = await keySetWith(fault)
  expect(outcome.status).toBe(200)
  expect(outcome.size).toBeGreaterThan(65_536)
  expect(outcome.text?.startsWith('{"keys":[{')).toBe(true)
})

test('tokens are signed over raw bytes, by any key or none', async () => {
  const header = '{"alg":"ES256","alg":"ES256","kid":"e"}'
  const key = await makeEcKey('e')
  const token = jws({ header, payload: Buffer.from([0xff]), signer: key })
  expect(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).toBe(header)
  expect((await compactVerify(token, key.publicKey)).payload).toEqual(new Uint8Array([0xff]))
  const es384 = await makeEcKey('e3', 'ES384')
  const strong = jws({ header: { alg: 'ES384' }, payload: {}, signer: es384 })
  expect((await compactVerify(strong, es384.publicKey)).protectedHeader.alg).toBe('ES384')
  const secret = spki(issuers.a.key, 'der')
  const mac = jws({ header: { alg: 'HS256' }, payload: {}, signer: { secret } })
  expect((await compactVerify(mac, secret)).protectedHeader.alg).toBe('HS256')
  expect(jws({ header: { alg: 'none' }, payload: {}, signer: null }).endsWith('.')).toBe(true)
})
