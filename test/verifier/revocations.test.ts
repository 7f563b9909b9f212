import { SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { feedClaims, type Mark } from '../../src/core/revocation.ts'
import {
  audience,
  feedPath,
  issuer,
  type Key,
  keysPath,
  makeKey,
  mint,
  type StandIn,
  startStandIn,
  verifierOf,
  who,
} from '../support/stand-in.ts'

interface FeedChanges {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: Key
}

const signFeed = (gateway: StandIn, marks: readonly Mark[], changes: FeedChanges = {}) => {
  const key = changes.key ?? gateway.key
  const claims = feedClaims(marks, { issuer, audience, now: Math.floor(gateway.now / 1000) })
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'revocations+jwt', ...changes.header })
    .sign(key.privateKey)
}

/** A gateway whose feed says what `revoke` was last told. */
const startRevoking = async () => {
  const gateway = await startStandIn()
  let marks: readonly Mark[] = []
  let changes: FeedChanges = {}
  gateway.paths.set(feedPath, async (request) => {
    const text = await signFeed(gateway, marks, changes)
    const etag = `W/"${gateway.now - (gateway.now % 60_000)}-${JSON.stringify(marks)}"`
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304 })
    return new Response(text, { headers: { etag, 'cache-control': 'public, max-age=30' } })
  })
  const revoke = (next: readonly Mark[], how: FeedChanges = {}) => {
    marks = next
    changes = how
  }
  return { gateway, revoke }
}

const open = { revocation: { feed: 'fail-open' } } as const
const closed = { revocation: { feed: 'fail-closed' } } as const
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))
const seconds = 1_800_000_000

it('lets in whom no mark names', async () => {
  const { gateway, revoke } = await startRevoking()
  revoke([
    { kind: 'account', value: 'sa_2', before: seconds },
    { kind: 'account', value: 'sa_1', before: seconds - 1 },
    { kind: 'policy', value: 'tp_1', before: seconds - 1 },
    { kind: 'token', value: 'dec_2', before: 0 },
    { kind: 'key', value: 'key-2', before: 0 },
  ])
  const token = await mint(gateway, { claims: { policy: 'tp_1@3' } })
  expect(await who(verifierOf(gateway, open), token)).toBe('sa_1')
  expect(await who(verifierOf(gateway, closed), token)).toBe('sa_1')
})

it.each<Mark>([
  { kind: 'account', value: 'sa_1', before: seconds },
  { kind: 'policy', value: 'tp_1', before: seconds },
  { kind: 'token', value: 'dec_1', before: 0 },
  { kind: 'key', value: 'key-1', before: 0 },
])('refuses what is marked by $kind', async (mark) => {
  const { gateway, revoke } = await startRevoking()
  const next = await makeKey('key-2')
  gateway.publish(gateway.key.jwk, next.jwk)
  revoke([mark], { key: next })
  const token = await mint(gateway, { claims: { policy: 'tp_1@3' } })
  expect(await who(verifierOf(gateway, open), token)).toBe('401 revoked')
  expect(await who(verifierOf(gateway, closed), token)).toBe('401 revoked')
})

it.each([open, closed])('obeys within 60 s, and asks once in 30 s: %j', async (options) => {
  const { gateway, revoke } = await startRevoking()
  const verifier = verifierOf(gateway, options)
  const token = await mint(gateway)
  for (let count = 0; count < 100; count += 1) expect(await who(verifier, token)).toBe('sa_1')
  expect(gateway.hits(feedPath)).toBe(1)
  revoke([{ kind: 'token', value: 'dec_1', before: 0 }])
  gateway.now += 60_000
  expect(await who(verifier, token)).toBe('401 revoked')
  expect(gateway.hits(feedPath)).toBe(2)
})

it('asks while nobody waits, so that a busy API obeys after 30 s', async () => {
  const { gateway, revoke } = await startRevoking()
  const verifier = verifierOf(gateway, closed)
  const token = await mint(gateway)
  expect(await who(verifier, token)).toBe('sa_1')
  revoke([{ kind: 'token', value: 'dec_1', before: 0 }])
  gateway.now += 31_000
  const works: Promise<unknown>[] = []
  expect(await who(verifier, token, { waitUntil: (work) => works.push(work) })).toBe('sa_1')
  await Promise.all(works)
  expect(await who(verifier, token)).toBe('401 revoked')
})

it('does not move a feed that has not changed', async () => {
  const { gateway } = await startRevoking()
  const verifier = verifierOf(gateway, { revocation: { feed: 'fail-closed', pollSeconds: 5 } })
  const token = await mint(gateway)
  await who(verifier, token)
  for (let passed = 0; passed < 4; passed += 1) {
    gateway.now += 10_000
    expect(await who(verifier, token)).toBe('sa_1')
  }
  expect(gateway.hits(feedPath)).toBe(5)
})

it('the feed out of reach: open goes on, closed refuses once the last has expired', async () => {
  const { gateway, revoke } = await startRevoking()
  revoke([{ kind: 'token', value: 'dec_2', before: 0 }])
  const verifiers = [verifierOf(gateway, open), verifierOf(gateway, closed)]
  const outcomes = async (jti: string) => {
    const token = await mint(gateway, { claims: { jti } })
    return Promise.all(verifiers.map((verifier) => who(verifier, token)))
  }
  expect(await outcomes('dec_1')).toEqual(['sa_1', 'sa_1'])
  gateway.paths.set(feedPath, () => new Response(null, { status: 503 }))
  gateway.now += 500_000
  expect(await outcomes('dec_1')).toEqual(['sa_1', 'sa_1'])
  gateway.now += 100_000
  expect(await outcomes('dec_1')).toEqual(['sa_1', '503 revocations_unavailable'])
  // What is known to be dead stays so.
  expect(await outcomes('dec_2')).toEqual(['401 revoked', '401 revoked'])
})

it('no feed from the start: open lets in, closed does not', async () => {
  const gateway = await startStandIn()
  const token = await mint(gateway)
  expect(await who(verifierOf(gateway, open), token)).toBe('sa_1')
  expect(await who(verifierOf(gateway, closed), token)).toBe('503 revocations_unavailable')
})

it.each<[string, FeedChanges]>([
  ['of another issuer', { claims: { iss: 'https://x.test' } }],
  ['of another audience', { claims: { aud: 'https://api-2.test' } }],
  ['that is an access token', { header: { typ: 'at+jwt' } }],
  ['without an end', { claims: { exp: undefined } }],
])('a feed %s is none', async (_, changes) => {
  const { gateway, revoke } = await startRevoking()
  revoke([], changes)
  const verifier = verifierOf(gateway, closed)
  expect(await who(verifier, await mint(gateway))).toBe('503 revocations_unavailable')
  expect(verifier.events).toContainEqual(
    expect.objectContaining({ event: 'fetch_failed', document: 'revocations' }),
  )
})

it.each([open, closed])(
  'a gateway that is slow does not hide a revocation: %j',
  async (options) => {
    const { gateway, revoke } = await startRevoking()
    const verifier = verifierOf(gateway, options)
    const token = await mint(gateway)
    expect(await who(verifier, token)).toBe('sa_1')
    revoke([{ kind: 'token', value: 'dec_1', before: 0 }])
    gateway.now += 500_000
    const answer = gateway.paths.get(feedPath)
    gateway.paths.set(feedPath, async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 1300))
      return (await answer?.(request)) ?? Response.error()
    })
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => who(verifier, token)))
    expect(new Set(outcomes)).toEqual(new Set(['401 revoked']))
    expect(gateway.hits(feedPath)).toBe(2)
  },
)

it('subtracts what a cache on the way has used up of the minute', async () => {
  const { gateway, revoke } = await startRevoking()
  const marks: readonly Mark[] = [{ kind: 'token', value: 'dec_1', before: 0 }]
  const before = await signFeed(gateway, [])
  gateway.paths.set(feedPath, () => new Response(before, { headers: { age: '28' } }))
  const verifier = verifierOf(gateway, closed)
  const token = await mint(gateway)
  expect(await who(verifier, token)).toBe('sa_1')
  revoke(marks)
  const after = await signFeed(gateway, marks)
  gateway.paths.set(feedPath, () => new Response(after))
  gateway.now += 32_000
  expect(await who(verifier, token)).toBe('401 revoked')
})

it('of two feeds of one minute both are obeyed, whichever comes last', async () => {
  const { gateway } = await startRevoking()
  const answers = (marks: readonly Mark[]) => {
    const text = signFeed(gateway, marks)
    gateway.paths.set(feedPath, async () => new Response(await text))
  }
  const options = { revocation: { feed: 'fail-closed', pollSeconds: 5 } } as const
  const verifier = verifierOf(gateway, options)
  const token = await mint(gateway)
  const other = await mint(gateway, { claims: { jti: 'dec_2', sub: 'sa_2' } })
  answers([
    { kind: 'token', value: 'dec_1', before: 0 },
    { kind: 'account', value: 'sa_2', before: seconds },
  ])
  expect(await who(verifier, token)).toBe('401 revoked')
  for (const marks of [[], [{ kind: 'account', value: 'sa_2', before: 5 } as const]]) {
    answers(marks)
    gateway.now += 10_000
    expect([await who(verifier, token), await who(verifier, other)]).toEqual([
      '401 revoked',
      '401 revoked',
    ])
  }
  expect(gateway.hits(feedPath)).toBe(3)
})

it('a feed from the future is none, and one of a clock that ran ahead is followed', async () => {
  const { gateway, revoke } = await startRevoking()
  revoke([], { claims: { iat: seconds + 86_400, exp: seconds + 87_000 } })
  const verifier = verifierOf(gateway, closed)
  const token = await mint(gateway, { claims: { exp: seconds + 90_000 } })
  expect(await who(verifier, token)).toBe('503 revocations_unavailable')
  gateway.now += 86_400_000
  expect(await who(verifier, token)).toBe('sa_1')
  gateway.now -= 86_000_000
  revoke([{ kind: 'token', value: 'dec_1', before: 0 }])
  expect(await who(verifier, token)).toBe('401 revoked')
})

it('a feed that somebody else signed is none, and an earlier one does not come back', async () => {
  const { gateway, revoke } = await startRevoking()
  const verifier = verifierOf(gateway, closed)
  const token = await mint(gateway)
  const earlier = await signFeed(gateway, [])
  gateway.now += 60_000
  revoke([{ kind: 'token', value: 'dec_1', before: 0 }])
  expect(await who(verifier, token)).toBe('401 revoked')
  const forged = await signFeed(gateway, [], { key: await makeKey('key-1') })
  for (const text of [earlier, forged, 'x', '']) {
    gateway.paths.set(feedPath, () => new Response(text))
    gateway.now += 60_000
    expect(await who(verifier, token)).toBe('401 revoked')
    await settle()
  }
  const failures = verifier.events.filter(({ event }) => event === 'fetch_failed')
  expect(failures).toHaveLength(4)
})

it('takes a feed that is larger than any token may be', async () => {
  const { gateway, revoke } = await startRevoking()
  const many = Array.from({ length: 20_000 }, (_, index) => `dec_${index}-${'x'.repeat(20)}`)
  revoke([...many, 'dec_1'].map((value) => ({ kind: 'token', value, before: 0 })))
  expect(await who(verifierOf(gateway, closed), await mint(gateway))).toBe('401 revoked')
})

it('names that everything inherits are no marks', async () => {
  const { gateway } = await startRevoking()
  const token = await mint(gateway, { claims: { sub: 'constructor', policy: 'toString@1' } })
  expect(await who(verifierOf(gateway, closed), token)).toBe('constructor')
})

it('asks for nothing where revocation is left out', async () => {
  const { gateway } = await startRevoking()
  await who(verifierOf(gateway), await mint(gateway))
  expect(gateway.hits(feedPath)).toBe(0)
  expect(gateway.hits(keysPath)).toBe(1)
})
