import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, it } from 'vitest'
import type { VerifierOptions } from '../../src/verifier/index.ts'
import {
  keysPath,
  makeKey,
  mint,
  type StandIn,
  startStandIn,
  verifierOf,
  who,
} from '../support/stand-in.ts'

const minute = 60_000
const hour = 60 * minute

const warm = async (options: Partial<VerifierOptions> = {}) => {
  const gateway = await startStandIn()
  const verifier = verifierOf(gateway, options)
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  return { gateway, verifier }
}

/** Collects what is kept alive after the answers. */
const lifetimeOf = () => {
  const works: Promise<unknown>[] = []
  return { waitUntil: (work: Promise<unknown>) => works.push(work), works }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

const passMinutes = async (gateway: StandIn, minutes: number, each: () => Promise<void>) => {
  for (let passed = 0; passed < minutes * 6; passed += 1) {
    gateway.now += 10_000
    await each()
    await settle()
  }
}

it('fetches the keys once for 10 000 verifications', async () => {
  const { gateway, verifier } = await warm()
  const token = await mint(gateway)
  for (let count = 0; count < 100; count += 1) {
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => who(verifier, token)))
    expect(outcomes.every((outcome) => outcome === 'sa_1')).toBe(true)
  }
  expect(gateway.hits(keysPath)).toBe(1)
})

it('fetches the keys once for 100 requests that come at once when cold', async () => {
  const gateway = await startStandIn()
  const verifier = verifierOf(gateway)
  const token = await mint(gateway)
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => who(verifier, token)))
  expect(new Set(outcomes)).toEqual(new Set(['sa_1']))
  expect(gateway.hits(keysPath)).toBe(1)
})

it('refreshes before the keys are old, while nobody waits', async () => {
  const { gateway, verifier } = await warm()
  const answer = gateway.paths.get(keysPath)
  const { promise: answered, resolve: letAnswer } = Promise.withResolvers<void>()
  let askedAt = 0
  gateway.paths.set(keysPath, async (request) => {
    askedAt = gateway.now
    await answered
    return (await answer?.(request)) ?? Response.error()
  })
  const start = gateway.now
  const { waitUntil, works } = lifetimeOf()
  while (gateway.now < start + 5 * minute - 1) {
    gateway.now += 5000 - 1 / 60
    // The gateway has not answered yet: whoever waited for it would wait for ever.
    expect(await who(verifier, await mint(gateway), { waitUntil })).toBe('sa_1')
  }
  expect(askedAt - start).toBeGreaterThanOrEqual(4 * minute - 1)
  letAnswer()
  await Promise.all(works)
  expect(works.length).toBeGreaterThan(0)
  expect(gateway.hits(keysPath)).toBe(2)
})

it.each([
  ['public, max-age=60', undefined, 60],
  ['public, max-age=86400', undefined, 300],
  ['no-store', undefined, 300],
  ['public, max-age=0', undefined, 30],
  ['public, s-maxage=5', undefined, 300],
  ['public, max-age=300', '200', 100],
])('believes %s with age %s for %s seconds', async (cacheControl, age, expected) => {
  const gateway = await startStandIn()
  gateway.paths.set(keysPath, () =>
    Response.json(
      { keys: [gateway.key.jwk] },
      { headers: { 'cache-control': cacheControl, ...(age !== undefined && { age }) } },
    ),
  )
  const verifier = verifierOf(gateway)
  await who(verifier, await mint(gateway))
  gateway.now += expected * 1000 * 0.79
  await who(verifier, await mint(gateway))
  expect(gateway.hits(keysPath)).toBe(1)
  gateway.now += Math.max(expected * 1000 * 0.22, 7000)
  await who(verifier, await mint(gateway))
  expect(gateway.hits(keysPath)).toBe(2)
})

it('AC-271 the gateway down: a warm verifier serves, a cold one answers 503', async () => {
  const { gateway, verifier } = await warm()
  gateway.goDown()
  gateway.now += 10_000
  const token = await mint(gateway)
  expect(await who(verifier, token)).toBe('sa_1')
  const cold = verifierOf(gateway)
  expect(await who(cold, token)).toBe('503 keys_unavailable')
  expect(await who(cold, token)).toBe('503 keys_unavailable')
  expect(cold.events).toContainEqual({
    event: 'fetch_failed',
    document: 'keys',
    detail: 'out of reach',
  })
  gateway.comeBack()
  gateway.now += 30_000
  expect(await who(cold, token)).toBe('sa_1')
})

it('without any keys it asks again after three seconds', async () => {
  const gateway = await startStandIn()
  gateway.goDown()
  const cold = verifierOf(gateway)
  const token = await mint(gateway)
  for (let count = 0; count < 50; count += 1) {
    expect(await who(cold, token)).toBe('503 keys_unavailable')
  }
  expect(gateway.hits(keysPath)).toBe(1)
  gateway.comeBack()
  gateway.now += 3000
  expect(await who(cold, token)).toBe('sa_1')
})

it('does not notice that the gateway is away for ten minutes', async () => {
  const { gateway, verifier } = await warm()
  gateway.goDown()
  await passMinutes(gateway, 10, async () => {
    expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  })
  gateway.comeBack()
  const next = await makeKey('key-2')
  gateway.publish(gateway.key.jwk, next.jwk)
  await passMinutes(gateway, 1, async () => {
    expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  })
  expect(await who(verifier, await mint(gateway, { key: next }))).toBe('sa_1')
  expect(gateway.hits(keysPath)).toBeLessThanOrEqual(1 + 12 * 2)
})

it('old keys serve for a day while the gateway is away, then nobody is let in', async () => {
  const { gateway, verifier } = await warm()
  gateway.goDown()
  gateway.now += 23 * hour
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  gateway.now += hour
  expect(await who(verifier, await mint(gateway))).toBe('503 keys_unavailable')
})

it('AC-272 200 tokens with made-up key ids: one fetch in 30 s, all refused', async () => {
  const { gateway, verifier } = await warm()
  const flood = async () => {
    const tokens = await Promise.all(
      Array.from({ length: 200 }, () => mint(gateway, { header: { kid: crypto.randomUUID() } })),
    )
    return new Set(await Promise.all(tokens.map((token) => who(verifier, token))))
  }
  gateway.now += 31_000
  expect(await flood()).toEqual(new Set(['401 unknown_key']))
  expect(gateway.hits(keysPath)).toBe(2)
  gateway.now += 29_000
  expect(await flood()).toEqual(new Set(['401 unknown_key']))
  expect(gateway.hits(keysPath)).toBe(2)
  gateway.now += 1000
  await flood()
  expect(gateway.hits(keysPath)).toBe(3)
})

it('AC-402 no token fails while keys are rotated', async () => {
  const { gateway, verifier } = await warm()
  let signing = gateway.key
  for (const kid of ['key-2', 'key-3', 'key-4']) {
    const next = await makeKey(kid)
    gateway.publish(signing.jwk, next.jwk)
    // Published ten minutes before its first signature.
    await passMinutes(gateway, 10, async () => {
      expect(await who(verifier, await mint(gateway, { key: signing }))).toBe('sa_1')
    })
    expect(await who(verifier, await mint(gateway, { key: next }))).toBe('sa_1')
    signing = next
  }
})

it('takes a key that was published a moment ago', async () => {
  const { gateway, verifier } = await warm()
  const next = await makeKey('key-2')
  gateway.publish(gateway.key.jwk, next.jwk)
  gateway.now += 30_000
  expect(await who(verifier, await mint(gateway, { key: next }))).toBe('sa_1')
})

it('AC-404 a key that is no longer published is gone after five minutes', async () => {
  const { gateway, verifier } = await warm()
  const next = await makeKey('key-2')
  gateway.publish(next.jwk)
  gateway.now += 5 * minute
  expect(await who(verifier, await mint(gateway))).toBe('401 unknown_key')
  expect(await who(verifier, await mint(gateway, { key: next }))).toBe('sa_1')
})

it('asks to come back while an unknown key cannot be looked up', async () => {
  const { gateway, verifier } = await warm()
  gateway.goDown()
  gateway.now += 31_000
  const token = await mint(gateway, { header: { kid: 'key-2' } })
  expect(await who(verifier, token)).toBe('503 keys_unavailable')
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
})

it.each<[string, () => Response]>([
  ['an error', () => new Response('x', { status: 500 })],
  ['a redirect', () => Response.redirect('https://elsewhere.test/keys', 302)],
  ['HTML', () => new Response('<html>')],
  ['nothing', () => new Response('')],
  ['an array', () => Response.json([])],
  ['no keys', () => Response.json({ keys: [] })],
  ['keys that are null', () => Response.json({ keys: [null] })],
  ['keys without an id', () => Response.json({ keys: [{ kty: 'EC' }] })],
  ['more than 64 KiB', () => Response.json({ keys: [], fill: 'x'.repeat(66_000) })],
  ['bytes that are no text', () => new Response(new Uint8Array([0xff, 0xfe, 0xff]))],
])('%s never replaces good keys', async (_, answer) => {
  const { gateway, verifier } = await warm()
  gateway.paths.set(keysPath, answer)
  gateway.now += 6 * minute
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  expect(verifier.events.at(-1)).toMatchObject({ event: 'fetch_failed', document: 'keys' })
  expect(await who(verifierOf(gateway), await mint(gateway))).toBe('503 keys_unavailable')
})

it('one bad entry does not spoil the others', async () => {
  const gateway = await startStandIn()
  const { jwk } = gateway.key
  const secret = { kty: 'oct', kid: 'key-2', alg: 'HS256', k: 'c2VjcmV0' }
  const weak = { ...jwk, kid: 'key-3', x: 'AA' }
  const forEncryption = { ...jwk, kid: 'key-4', use: 'enc' }
  const withoutAlgorithm = { ...jwk, kid: 'key-5', alg: undefined }
  const twice = { ...jwk, kid: 'key-6' }
  gateway.publish(null, 7, secret, weak, forEncryption, withoutAlgorithm, twice, twice, jwk)
  const verifier = verifierOf(gateway)
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  for (const kid of ['key-2', 'key-3', 'key-4', 'key-5', 'key-6']) {
    expect(await who(verifier, await mint(gateway, { header: { kid } }))).toBe('401 unknown_key')
  }
})

it('a key that can be factored verifies nothing', async () => {
  const gateway = await startStandIn()
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256', use: 'sig' }
  gateway.publish(jwk, gateway.key.jwk)
  const parts = (await mint(gateway, { header: { kid: 'weak' } })).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'weak', typ: 'at+jwt' }))
  const signed = `${header.toString('base64url')}.${parts[1]}`
  const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url')
  expect(await who(verifierOf(gateway), `${signed}.${signature}`)).toBe('401 unknown_key')
})

it('a private key that was published by mistake verifies nothing', async () => {
  const gateway = await startStandIn()
  gateway.publish({ ...gateway.key.jwk, d: 'AAAA' }, (await makeKey('key-2')).jwk)
  expect(await who(verifierOf(gateway), await mint(gateway))).toBe('401 unknown_key')
})

it('gives up after three seconds, whoever is deaf to the signal', async () => {
  const gateway = await startStandIn()
  gateway.paths.set(keysPath, () => new Promise(() => {}))
  const verifier = verifierOf(gateway)
  const token = await mint(gateway)
  const before = performance.now()
  const outcomes = await Promise.all([who(verifier, token), who(verifier, token)])
  expect(outcomes).toEqual(['503 keys_unavailable', '503 keys_unavailable'])
  expect(performance.now() - before).toBeLessThan(4500)
})

it('does not wait long for a gateway that hangs while old keys are at hand', async () => {
  const { gateway, verifier } = await warm()
  gateway.paths.set(keysPath, () => new Promise(() => {}))
  gateway.now += 5 * minute + 20_000
  const before = performance.now()
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  expect(performance.now() - before).toBeLessThan(1500)
})

it('the keys of the build serve while there are no others, for seven days, and only then', async () => {
  const gateway = await startStandIn()
  const jwk = JSON.parse(JSON.stringify(gateway.key.jwk))
  const keys = { keys: [jwk], asOf: new Date(gateway.now).toISOString() }
  gateway.goDown()
  const verifier = verifierOf(gateway, { keys })
  expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  expect(await who(verifier, await mint(gateway, { header: { kid: 'key-9' } }))).toBe(
    '503 keys_unavailable',
  )
  gateway.comeBack()
  const next = await makeKey('key-2')
  gateway.publish(next.jwk)
  gateway.now += 30_000
  expect(await who(verifier, await mint(gateway, { key: next }))).toBe('sa_1')
  expect(await who(verifier, await mint(gateway))).toBe('401 unknown_key')
  // Dropped keys stay dropped, however long the gateway is away then.
  gateway.goDown()
  gateway.now += 25 * hour
  expect(await who(verifier, await mint(gateway))).toBe('503 keys_unavailable')
  gateway.now += 5 * 24 * hour
  expect(await who(verifierOf(gateway, { keys }), await mint(gateway))).toBe('sa_1')
  gateway.now += 24 * hour
  expect(await who(verifierOf(gateway, { keys }), await mint(gateway))).toBe('503 keys_unavailable')
})

/** Answers as before, so many milliseconds later. */
const slow = (gateway: StandIn, path: string, ms: number) => {
  const answer = gateway.paths.get(path)
  gateway.paths.set(path, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return (await answer?.(request)) ?? Response.error()
  })
}

it('a gateway that is merely slow does not make dropped keys good for hours', async () => {
  const { gateway, verifier } = await warm()
  gateway.goDown()
  gateway.now += 6 * minute
  await who(verifier, await mint(gateway))
  await settle()
  gateway.comeBack()
  // That it was away is long ago, too.
  gateway.now += 10 * hour
  gateway.publish((await makeKey('key-2')).jwk)
  slow(gateway, keysPath, 1300)
  const token = await mint(gateway)
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => who(verifier, token)))
  expect(new Set(outcomes)).toEqual(new Set(['401 unknown_key']))
  expect(gateway.hits(keysPath)).toBe(3)
})

it('made-up key ids do not multiply what is asked of a gateway that hangs', async () => {
  const gateway = await startStandIn()
  gateway.paths.set(keysPath, () => new Promise(() => {}))
  const start = performance.now()
  const verifier = verifierOf(gateway, { now: () => 1_800_000_000_000 + performance.now() - start })
  const outcomes: string[] = []
  while (performance.now() - start < 5000) {
    const token = await mint(gateway, { header: { kid: crypto.randomUUID() } })
    who(verifier, token).then((outcome) => outcomes.push(outcome))
    await settle()
  }
  expect(gateway.hits(keysPath)).toBe(1)
  expect(new Set(outcomes)).toEqual(new Set(['503 keys_unavailable']))
})

it('an entity tag that nobody can send does not end the refreshing', async () => {
  const { gateway, verifier } = await warm()
  gateway.paths.set(keysPath, () => {
    const response = Response.json({ keys: [gateway.key.jwk] })
    response.headers.set('etag', 'x\u00ff')
    return response
  })
  for (let round = 0; round < 3; round += 1) {
    gateway.now += 6 * minute
    expect(await who(verifier, await mint(gateway))).toBe('sa_1')
  }
  expect(gateway.hits(keysPath)).toBe(4)
})

it('sends nothing of the caller to the gateway', async () => {
  const gateway = await startStandIn()
  const seen: Request[] = []
  const verifier = verifierOf(gateway, {
    fetch: (request) => {
      seen.push(request)
      return gateway.fetch(request)
    },
  })
  await who(verifier, await mint(gateway))
  expect(seen.map(({ method, url, redirect }) => [method, url, redirect])).toEqual([
    ['GET', 'https://gw.test/.well-known/jwks.json', 'manual'],
  ])
  expect([...(seen[0]?.headers.keys() ?? [])]).toEqual(['accept'])
})
