import { expect, it } from 'vitest'
import { newNamedToken } from '../../src/crypto/random.ts'
import { answers } from '../../src/verifier/introspection/answers.ts'
import {
  audience,
  issuer,
  mint,
  type StandIn,
  startStandIn,
  verifierOf,
  who,
} from '../support/stand-in.ts'

const path = '/oauth/introspect'
const credentials = { clientId: 'cli one', clientSecret: 'gths_a+b:c/d%' }
const asking = { introspection: credentials }

const meaning = (gateway: StandIn) => {
  const seconds = Math.floor(gateway.now / 1000)
  return {
    active: true,
    token_type: 'Bearer',
    iss: issuer,
    sub: 'sa_7',
    client_id: 'cli_7',
    aud: audience,
    iat: seconds - 86_400,
    exp: seconds + 86_400,
    jti: 'tok_7',
    scope: 'deploy:read',
    namespace: '/acme',
  }
}

/** A gateway that knows some named tokens, and keeps what it was asked. */
const startKnowing = async (known: Map<string, object | null> = new Map()) => {
  const gateway = await startStandIn()
  const asked: { readonly authorization: string | null; readonly body: string }[] = []
  gateway.paths.set(path, async (request) => {
    const body = await request.text()
    asked.push({ authorization: request.headers.get('authorization'), body })
    const token = new URLSearchParams(body).get('token') ?? ''
    return Response.json(known.get(token) ?? { active: false })
  })
  return { gateway, known, asked }
}

const startWithToken = async (changes: object = {}) => {
  const { gateway, known, asked } = await startKnowing()
  const token = newNamedToken()
  known.set(token, { ...meaning(gateway), ...changes })
  return { gateway, known, asked, token }
}

it('lets a named token in, and asks as RFC 7662 and RFC 6749 say', async () => {
  const { gateway, asked, token } = await startWithToken()
  expect(await who(verifierOf(gateway, asking), token)).toBe('sa_7')
  const basic = Buffer.from('cli+one:gths_a%2Bb%3Ac%2Fd%25').toString('base64')
  expect(asked).toEqual([{ authorization: `Basic ${basic}`, body: `token=${token}` }])
})

it('asks once in ten seconds, about good ones and bad ones', async () => {
  const { gateway, asked, token } = await startWithToken()
  const verifier = verifierOf(gateway, asking)
  const bad = newNamedToken()
  for (let count = 0; count < 50; count += 1) {
    expect(await who(verifier, token)).toBe('sa_7')
    expect(await who(verifier, bad)).toBe('401 inactive_token')
  }
  expect(asked).toHaveLength(2)
  gateway.now += 10_000
  await who(verifier, token)
  expect(asked).toHaveLength(3)
})

it('asks once for 300 requests that bring the same token at once', async () => {
  const { gateway, asked, token } = await startWithToken()
  const answer = gateway.paths.get(path)
  gateway.paths.set(path, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return (await answer?.(request)) ?? Response.error()
  })
  for (const cacheSeconds of [0, 10]) {
    const verifier = verifierOf(gateway, { introspection: { ...credentials, cacheSeconds } })
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => who(verifier, token)))
    expect(new Set(outcomes)).toEqual(new Set(['sa_7']))
  }
  expect(asked.length).toBeLessThanOrEqual(4)
})

it('obeys a revocation when the answer is old', async () => {
  const { gateway, known, token } = await startWithToken()
  const verifier = verifierOf(gateway, asking)
  expect(await who(verifier, token)).toBe('sa_7')
  known.set(token, { active: false })
  expect(await who(verifier, token)).toBe('sa_7')
  gateway.now += 10_000
  expect(await who(verifier, token)).toBe('401 inactive_token')
})

it('remembers nothing where cacheSeconds is 0', async () => {
  const { gateway, known, token } = await startWithToken()
  const verifier = verifierOf(gateway, { introspection: { ...credentials, cacheSeconds: 0 } })
  expect(await who(verifier, token)).toBe('sa_7')
  known.set(token, { active: false })
  expect(await who(verifier, token)).toBe('401 inactive_token')
})

it.each<[string, object, string]>([
  ['of another API', { aud: 'https://api-2.test' }, '401 wrong_audience'],
  ['of another issuer', { iss: 'https://x.test' }, '401 wrong_issuer'],
  ['that has expired', { exp: 1_790_000_100, iat: 1_790_000_000 }, '401 expired'],
  ['without an account', { sub: undefined }, '401 missing_claim'],
])('refuses a named token %s whatever the gateway says', async (_, changes, expected) => {
  const { gateway, token } = await startWithToken(changes)
  expect(await who(verifierOf(gateway, asking), token)).toBe(expected)
})

it('asks nobody about what has no checksum of ours', async () => {
  const { gateway, asked, token } = await startWithToken()
  const verifier = verifierOf(gateway, asking)
  const last = token.endsWith('0') ? '1' : '0'
  for (const text of ['gtht_', `gtht_${'a'.repeat(49)}`, token.slice(0, -1) + last, `${token}0`]) {
    expect(await who(verifier, text)).toBe('401 malformed_token')
  }
  expect(asked).toHaveLength(0)
})

it('refuses named tokens where nobody can be asked', async () => {
  const { gateway, asked, token } = await startWithToken()
  expect(await who(verifierOf(gateway), token)).toBe('401 named_token')
  expect(asked).toHaveLength(0)
})

it('a flood of made-up tokens costs the gateway 120 calls a minute, and no known caller', async () => {
  const { gateway, asked, token } = await startWithToken()
  const verifier = verifierOf(gateway, asking)
  expect(await who(verifier, token)).toBe('sa_7')
  const outcomes = new Map<string, number>()
  for (let count = 0; count < 1000; count += 1) {
    const outcome = await who(verifier, newNamedToken())
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  expect(Object.fromEntries(outcomes)).toEqual({
    '401 inactive_token': 120,
    '503 introspection_unavailable': 880,
  })
  expect(asked).toHaveLength(121)
  gateway.now += 10_000
  expect(await who(verifier, token)).toBe('sa_7')
  gateway.now += 60_000
  expect(await who(verifier, newNamedToken())).toBe('401 inactive_token')
})

it('what was answered before the clock was set back is asked again', async () => {
  const { gateway, known, token } = await startWithToken({ iat: 1_790_000_000 })
  const verifier = verifierOf(gateway, asking)
  expect(await who(verifier, token)).toBe('sa_7')
  known.set(token, { active: false })
  gateway.now -= 3_600_000
  expect(await who(verifier, token)).toBe('401 inactive_token')
})

it('a gateway in trouble is not asked again by everybody', async () => {
  const { gateway, token } = await startWithToken()
  const verifier = verifierOf(gateway, asking)
  const unavailable = new Set(['503 introspection_unavailable'])
  gateway.paths.set(path, () => new Promise(() => {}))
  const all = await Promise.all(Array.from({ length: 500 }, () => who(verifier, token)))
  expect([new Set(all), gateway.hits(path)]).toEqual([unavailable, 1])
  gateway.paths.set(path, () => new Response(null, { status: 503 }))
  gateway.now += 1000
  for (let count = 0; count < 100; count += 1) await who(verifier, token)
  expect(gateway.hits(path)).toBe(2)
  // About other tokens neither, once it has failed five times in a row.
  for (let count = 0; count < 100; count += 1) await who(verifier, newNamedToken())
  expect(gateway.hits(path)).toBe(5)
  gateway.now += 3000
  for (let count = 0; count < 100; count += 1) await who(verifier, newNamedToken())
  expect(gateway.hits(path)).toBe(6)
})

it('asks once about a token though the gateway takes long to answer', async () => {
  const { gateway, asked, token } = await startWithToken()
  const answer = gateway.paths.get(path)
  gateway.paths.set(path, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 1300))
    return (await answer?.(request)) ?? Response.error()
  })
  const verifier = verifierOf(gateway, asking)
  const outcomes = await Promise.all(Array.from({ length: 300 }, () => who(verifier, token)))
  expect(new Set(outcomes)).toEqual(new Set(['sa_7']))
  expect(asked).toHaveLength(1)
})

it("an outage, and its owner's retries, shut no named token out", async () => {
  const { gateway, token } = await startWithToken()
  const verifier = verifierOf(gateway, asking)
  const answer = gateway.paths.get(path)
  gateway.paths.set(path, () => new Response(null, { status: 503 }))
  // Each is asked about: no pause lasts as long as the minute of the budget does.
  for (let count = 0; count < 130; count += 1) {
    expect(await who(verifier, token)).toBe('503 introspection_unavailable')
    gateway.now += count < 10 ? 3000 : 200
  }
  if (answer) gateway.paths.set(path, answer)
  gateway.now += 3000
  expect(await who(verifier, token)).toBe('sa_7')
})

it('200 good tokens that nobody has seen yet are let in at once', async () => {
  const { gateway, known } = await startKnowing()
  const tokens = Array.from({ length: 200 }, () => newNamedToken())
  for (const token of tokens) known.set(token, meaning(gateway))
  const verifier = verifierOf(gateway, asking)
  const outcomes = await Promise.all(tokens.map((token) => who(verifier, token)))
  expect(new Set(outcomes)).toEqual(new Set(['sa_7']))
})

it('an answer that comes late does not undo a newer one', () => {
  const known = answers()
  const newer = { claims: null, question: 2, answeredAt: 0, at: 0 }
  known.keep('a', newer)
  const late = { claims: { active: true }, question: 1, answeredAt: 5, at: 5 }
  expect([known.keep('a', late), known.get('a'), known.wasGood('a')]).toEqual([newer, newer, false])
})

it.each<[string, () => Response]>([
  ['refuses our credentials', () => new Response(null, { status: 401 })],
  ['is overloaded', () => new Response(null, { status: 429 })],
  ['redirects', () => Response.redirect('https://elsewhere.test', 307)],
  ['answers garbage', () => new Response('x')],
  ['answers no verdict', () => Response.json({ active: 'true' })],
])('lets nobody in when the gateway %s', async (_, answer) => {
  const { gateway, token } = await startWithToken()
  const verifier = verifierOf(gateway, { ...asking, revocation: 'introspection' })
  const jwt = await mint(gateway)
  gateway.paths.set(path, answer)
  expect(await who(verifier, token)).toBe('503 introspection_unavailable')
  expect(await who(verifier, jwt)).toBe('503 introspection_unavailable')
  const told = JSON.stringify(verifier.events)
  expect(told).toContain('fetch_failed')
  for (const secret of [token, jwt, credentials.clientSecret]) expect(told).not.toContain(secret)
})

it('asks about signed tokens too where they are to be revoked that way', async () => {
  const { gateway, known, asked } = await startKnowing()
  const verifier = verifierOf(gateway, { ...asking, revocation: 'introspection' })
  const jwt = await mint(gateway)
  expect(await who(verifier, jwt)).toBe('401 inactive_token')
  known.set(jwt, { active: true })
  gateway.now += 10_000
  expect(await who(verifier, jwt)).toBe('sa_1')
  // What is wrong with it anyway is nobody's business.
  const wrong = await mint(gateway, { claims: { aud: 'https://api-2.test' } })
  expect(await who(verifier, wrong)).toBe('401 wrong_audience')
  expect(asked).toHaveLength(2)
})

it('verifies signed tokens offline otherwise', async () => {
  const { gateway, asked } = await startKnowing()
  expect(await who(verifierOf(gateway, asking), await mint(gateway))).toBe('sa_1')
  expect(asked).toHaveLength(0)
})
