import { setTimeout as pause } from 'node:timers/promises'
import { calculateJwkThumbprint } from 'jose'
import { Miniflare } from 'miniflare'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { bundleWorker } from '../../scripts/local/workers.ts'
import { bare, proof, tokenHash } from '../support/dpop.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey } from '../support/keys.ts'
import { withOutbound } from '../support/outbound.ts'
import { makeKey, mint, type StandIn, startStandIn } from '../support/stand-in.ts'

let script = ''
let gateway: StandIn
const running: Miniflare[] = []

beforeAll(async () => {
  script = await bundleWorker('test/verifier/edge-worker.ts')
  gateway = await startStandIn()
  gateway.now = Date.now()
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((miniflare) => miniflare.dispose()))
})

/** Starts the API in workerd; the keys take so many milliseconds to come. */
const startApi = async (delayMs: number) => {
  const hits = { count: 0 }
  const workers = withOutbound({ name: 'api', script }, async (_, response) => {
    hits.count += 1
    await pause(delayMs)
    response.setHeader('cache-control', 'public, max-age=300')
    response.end(JSON.stringify({ keys: [gateway.key.jwk] }))
  })
  const miniflare = new Miniflare({ port: 0, telemetry: { enabled: false }, workers })
  running.push(miniflare)
  const url = await miniflare.ready
  const call = async (path: string, token: string, body?: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` }
    const init = body === undefined ? { headers } : { method: 'POST', headers, body }
    const response = await fetch(new URL(path, url), init)
    return response.text()
  }
  return { call, hits, url }
}

it('overlapping cold requests are all answered though the first has left early', async () => {
  const { call, hits } = await startApi(300)
  const token = await mint(gateway)
  expect(await call('/early', token)).toBe('left')
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('/', token)))
  expect(answers).toEqual(Array.from({ length: 20 }, () => 'sa_1'))
  // The one that was cut off, and the one of whoever noticed.
  expect(hits.count).toBeLessThanOrEqual(2)
})

it('so are those that come while several leave, one after the other', async () => {
  const { call, hits } = await startApi(300)
  const token = await mint(gateway)
  const calls = Array.from({ length: 30 }, async (_, index) => {
    await pause(index * 20)
    return call(index % 3 === 0 ? '/early' : '/', token)
  })
  const answers = await Promise.all(calls)
  expect(answers.filter((answer) => answer === 'sa_1')).toHaveLength(20)
  expect(hits.count).toBeLessThanOrEqual(4)
})

it('one fetch serves all who overlap when the first stays', async () => {
  const { call, hits } = await startApi(300)
  const token = await mint(gateway)
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('/kept', token)))
  expect(new Set(answers)).toEqual(new Set(['sa_1']))
  expect(hits.count).toBe(1)
})

it('other isolates find the keys in the cache of the platform', async () => {
  const { call, hits } = await startApi(0)
  const token = await mint(gateway)
  expect(await call('/fresh', token)).toBe('sa_1')
  await pause(100)
  for (let isolate = 0; isolate < 10; isolate += 1) expect(await call('/fresh', token)).toBe('sa_1')
  expect(hits.count).toBe(1)
})

it('what other code caches under the URL of the keys is not taken for keys', async () => {
  const { call, hits } = await startApi(0)
  const evil = await makeKey(gateway.key.kid)
  const forged = await mint(gateway, { key: evil })
  expect(await call('/poison', '', JSON.stringify({ keys: [evil.jwk] }))).toBe('put')
  expect(await call('/fresh', forged)).toBe('bad_signature')
  expect(await call('/fresh', await mint(gateway))).toBe('sa_1')
  expect(hits.count).toBe(1)
})

it('proofs of possession are checked, and remembered, in an isolate too', async () => {
  const { url } = await startApi(0)
  const keys = [await makeEcKey('ec'), await makeEd25519Key('ed'), await makeRsaKey('rsa')]
  for (const key of keys) {
    const jkt = await calculateJwkThumbprint(bare(key))
    const token = await mint(gateway, { claims: { cnf: { jkt } } })
    const [address, ath] = [new URL('/bound', url), tokenHash(token)]
    const send = async (dpop: string): Promise<string> =>
      (await fetch(address, { headers: { authorization: `DPoP ${token}`, dpop } })).text()
    const good = proof(key, { claims: { htm: 'GET', htu: address.href, ath } })
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(good)))
    expect(answers.filter((answer) => answer === 'sa_1')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'proof_reused')).toHaveLength(49)
    expect(await send(proof(key, { claims: { htm: 'GET', htu: url.href, ath } }))).toBe('proof_url')
    expect(await send(`${good.slice(0, -8)}AAAAAAAA`)).toBe('proof_signature')
  }
})
