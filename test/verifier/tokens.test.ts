import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { expect, it } from 'vitest'
import { Refused } from '../../src/verifier/index.ts'
import {
  audience,
  type Changes,
  issuer,
  makeKey,
  mint,
  present,
  request,
  startStandIn,
  verifierOf,
  who,
} from '../support/stand-in.ts'

const gateway = await startStandIn()
const verifier = verifierOf(gateway)
const seconds = gateway.now / 1000

it('says who is calling', async () => {
  const provenance = { provider: 'github', ref: 'refs/heads/main', repository_id: '7', odd: 'x' }
  const claims = {
    provenance,
    act: { iss: 'https://ci.test', sub: 'repo:acme/api', more: 'x' },
    policy: 'tp_1@3',
    decision_id: 'dec_1',
  }
  expect(await present(verifier, await mint(gateway, { claims }))).toMatchObject({
    serviceAccount: 'sa_1',
    clientId: 'cli_1',
    scopes: ['deploy:read', 'deploy:write'],
    grants: [{ namespace: '/acme/payments', actions: ['deploy:read', 'deploy:write'] }],
    provenance: { provider: 'github', ref: 'refs/heads/main', repository_id: '7' },
    actor: { iss: 'https://ci.test', sub: 'repo:acme/api' },
    policy: 'tp_1@3',
    decisionId: 'dec_1',
    tokenId: 'dec_1',
    issuedAt: seconds,
    expiresAt: seconds + 600,
    verifiedAt: seconds,
  })
})

it('says nothing of a CI job where there was none', async () => {
  const principal = await present(verifier, await mint(gateway))
  expect(principal).toMatchObject({ provenance: null, actor: null, policy: null, decisionId: null })
})

it('reads grants in several namespaces, and skips what it does not know', async () => {
  const claims = {
    namespace: undefined,
    authorization_details: [
      { type: 'namespace', identifier: '/acme/a', actions: ['deploy:read'] },
      { type: 'namespace', identifier: '/acme/b', actions: ['deploy:write', 7] },
      { type: 'vault', identifier: '/', actions: ['deploy:write'] },
      { type: 'namespace', actions: ['deploy:write'] },
      null,
    ],
  }
  expect(await present(verifier, await mint(gateway, { claims }))).toMatchObject({
    grants: [
      { namespace: '/acme/a', actions: ['deploy:read'] },
      { namespace: '/acme/b', actions: ['deploy:write'] },
    ],
  })
})

it('has no scopes and no grants where the token has none', async () => {
  const claims = { namespace: undefined, scope: undefined }
  expect(await present(verifier, await mint(gateway, { claims }))).toMatchObject({
    scopes: [],
    grants: [],
  })
})

it.each<[string, Changes, string]>([
  ['AC-266 typ JWT', { header: { typ: 'JWT' } }, '401 wrong_type'],
  ['AC-266 typ missing', { header: { typ: undefined } }, '401 wrong_type'],
  ['AC-266 typ of the feed', { header: { typ: 'revocations+jwt' } }, '401 wrong_type'],
  ['AC-266 exp missing', { claims: { exp: undefined } }, '401 missing_claim'],
  ['AC-266 exp of another type', { claims: { exp: '9999999999' } }, '401 missing_claim'],
  [
    'AC-266 another issuer with the same key',
    { claims: { iss: 'https://x.test' } },
    '401 wrong_issuer',
  ],
  [
    'AC-273 the staging gateway',
    { claims: { iss: 'https://staging.gw.test' } },
    '401 wrong_issuer',
  ],
  ['the issuer with a slash', { claims: { iss: `${issuer}/` } }, '401 wrong_issuer'],
  ['AC-265 another audience', { claims: { aud: 'https://api-2.test' } }, '401 wrong_audience'],
  ['two audiences', { claims: { aud: [audience, 'https://api-2.test'] } }, '401 wrong_audience'],
  ['a list of one audience', { claims: { aud: [audience] } }, '401 wrong_audience'],
  ['no audience', { claims: { aud: undefined } }, '401 wrong_audience'],
  ['expired beyond the skew', { claims: { iat: seconds - 700, exp: seconds - 30 } }, '401 expired'],
  ['issued in the future', { claims: { iat: seconds + 31 } }, '401 not_yet_valid'],
  ['not valid yet', { claims: { nbf: seconds + 31 } }, '401 not_yet_valid'],
  ['nbf of another type', { claims: { nbf: 'now' } }, '401 not_yet_valid'],
  ['expired before it was issued', { claims: { exp: seconds } }, '401 malformed_token'],
  ['no sub', { claims: { sub: undefined } }, '401 missing_claim'],
  ['a number as sub', { claims: { sub: 7 } }, '401 missing_claim'],
  ['an empty sub', { claims: { sub: '' } }, '401 missing_claim'],
  ['no client_id', { claims: { client_id: undefined } }, '401 missing_claim'],
  ['no jti', { claims: { jti: undefined } }, '401 missing_claim'],
  ['no iat', { claims: { iat: undefined } }, '401 missing_claim'],
  ['no kid', { header: { kid: undefined } }, '401 unknown_key'],
  ['another kid', { header: { kid: 'key-9' } }, '401 unknown_key'],
  ['b64', { header: { b64: true } }, '401 critical_header'],
  ['a token bound to a key', { claims: { cnf: { jkt: 'x' } } }, '401 bound_token'],
])('%s is refused', async (_, changes, expected) => {
  expect(await who(verifier, await mint(gateway, changes))).toBe(expected)
})

it('crit is refused', async () => {
  const [header = '', ...rest] = (await mint(gateway)).split('.')
  const text = JSON.parse(Buffer.from(header, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...text, crit: ['exp'] })).toString('base64url')
  expect(await who(verifier, [changed, ...rest].join('.'))).toBe('401 critical_header')
})

it.each<[string, Changes]>([
  ['just before the skew ends', { claims: { iat: seconds - 700, exp: seconds - 29 } }],
  ['issued by a clock ahead', { claims: { iat: seconds + 30, nbf: seconds + 30 } }],
  ['typ spelt out', { header: { typ: 'application/AT+jwt' } }],
])('%s is let in', async (_, changes) => {
  expect(await who(verifier, await mint(gateway, changes))).toBe('sa_1')
})

it('AC-267 alg none, and HS256 keyed with the public key, are refused', async () => {
  const claims = { iss: issuer, aud: audience, sub: 'sa_1', client_id: 'c', jti: 'j' }
  const times = { iat: seconds, exp: seconds + 60 }
  const none = new UnsecuredJWT({ ...claims, ...times }).encode()
  expect(await who(verifier, none)).toBe('401 malformed_token')
  expect(await who(verifier, `${none}AAAA`)).toBe('401 wrong_algorithm')
  const publicKey = (await importJWK(gateway.key.jwk, 'ES256', { extractable: true })) as CryptoKey
  for (const secret of [JSON.stringify(gateway.key.jwk), await exportSPKI(publicKey)]) {
    const token = await new SignJWT({ ...claims, ...times })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'key-1' })
      .sign(new TextEncoder().encode(secret))
    expect(await who(verifier, token)).toBe('401 wrong_algorithm')
  }
})

it('AC-273 a token of the staging gateway whose key has the same id is refused', async () => {
  const staging = await makeKey('key-1')
  expect(await who(verifier, await mint(gateway, { key: staging }))).toBe('401 bad_signature')
})

it('the algorithm is that of the published key, not of the header', async () => {
  const other = await makeKey('key-1', 'RS256')
  expect(await who(verifier, await mint(gateway, { key: other }))).toBe('401 wrong_algorithm')
})

it.each(['ES256', 'RS256', 'Ed25519'])('takes a gateway that signs with %s', async (alg) => {
  const key = await makeKey('key-2', alg)
  const another = await startStandIn()
  another.publish(key.jwk)
  const token = await mint(another, { key })
  expect(await who(verifierOf(another), token)).toBe('sa_1')
  const middle = Math.floor(token.length / 2)
  const letter = token[middle] === 'A' ? 'B' : 'A'
  const changed = token.slice(0, middle) + letter + token.slice(middle + 1)
  expect(await who(verifierOf(another), changed)).toMatch(/^401/)
})

it.each([
  'x',
  'a.b',
  'a.b.c.d',
  `${'A'.repeat(20_000)}.e30.AAAA`,
  'eyJhbGciOiJFUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AAAA',
])('what is no token is refused: %.20s', async (text) => {
  expect(await who(verifier, text)).toBe('401 malformed_token')
})

it('AC-268 other schemes, two headers and two tokens in one are refused', async () => {
  const token = await mint(gateway)
  const cases: [string[], string][] = [
    [[], 'no_token'],
    [[`Token ${token}`], 'no_token'],
    [[`Basic ${Buffer.from('a:b').toString('base64')}`], 'no_token'],
    [[token], 'no_token'],
    [[`Bearer`], 'no_token'],
    [['Bearer '], 'malformed_token'],
    [[`Bearer ${token} x`], 'malformed_token'],
    [[`Bearer ${token}`, `Bearer ${token}`], 'several_tokens'],
    [[`Bearer ${token}, Bearer ${token}`], 'several_tokens'],
    [[`DPoP ${token}`], 'unbound_token'],
  ]
  for (const [authorization, reason] of cases) {
    const outcome = verifier.authenticate(request(...authorization))
    await expect(outcome).rejects.toThrow(Refused)
    await expect(outcome).rejects.toMatchObject({ reason, status: 401 })
  }
})

it.each(['bearer', 'BEARER', 'Bearer '])('takes the scheme spelt %j', async (scheme) => {
  const token = await mint(gateway)
  const { serviceAccount } = await verifier.authenticate(request(`${scheme} ${token}`))
  expect(serviceAccount).toBe('sa_1')
})

it('tells its owner what happened, without a word of the token', async () => {
  const token = await mint(gateway, { claims: { aud: 'https://api-2.test' } })
  const telling = verifierOf(gateway)
  await who(telling, token)
  await who(telling, await mint(gateway))
  expect(telling.events).toEqual([
    { event: 'refused', reason: 'wrong_audience', status: 401 },
    { event: 'fetched', document: 'keys' },
  ])
})

it('a hook that fails decides nothing', async () => {
  const onEvent = () => {
    throw new Error('the metrics are down')
  }
  expect(await who(verifierOf(gateway, { onEvent }), await mint(gateway))).toBe('sa_1')
})

it('a good token with any one character changed is refused', async () => {
  const token = await mint(gateway)
  const outcomes = new Set<string>()
  for (let at = 0; at < token.length; at += 1) {
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
    outcomes.add((await who(verifier, changed)).slice(0, 3))
  }
  expect(outcomes).toEqual(new Set(['401']))
})
