import { beforeAll, describe, expect, test } from 'vitest'
import { gatehouse } from '../../src/verifier/fetch.ts'
import {
  createVerifier,
  type Presented,
  presentedBy,
  Refused,
  refusalAnswer,
  type VerifierOptions,
} from '../../src/verifier/index.ts'
import { behindTls } from '../clients/setting.ts'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { bare, type ProofChanges, proof, tokenHash } from '../support/dpop.ts'
import { expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, type TestKey } from '../support/keys.ts'
import { logIn, secretAccount } from '../support/logins.ts'
import { settings } from '../support/settings.ts'

const house = useHouse()
const URL_OF_API = 'https://api-1.test/deploy?to=prod'

let job: SecretAccount
let key: TestKey
let bound: string
let plain: string

const tokenOf = async (by?: TestKey): Promise<string> => {
  const headers = by === undefined ? {} : { dpop: proof(by) }
  const response = await logIn(house(), job, { headers })
  return (await expectIssued(response, by === undefined ? 'Bearer' : 'DPoP')).access_token
}

beforeAll(async () => {
  job = await secretAccount(house(), 'job')
  key = await makeEcKey('k1')
  ;[bound, plain] = await Promise.all([tokenOf(key), tokenOf()])
})

const verifierWith = (dpop: VerifierOptions['dpop'], more: Partial<VerifierOptions> = {}) =>
  createVerifier({
    issuer: settings.issuerUrl,
    audience: API_1,
    fetch: behindTls(house().gateway),
    ...(dpop !== undefined && { dpop }),
    ...more,
  })

type Verifier = ReturnType<typeof verifierWith>

/** A proof for the request that `presented` makes. */
const proofFor = (token: string, { claims, ...more }: ProofChanges = {}, by = key): string =>
  proof(by, {
    ...more,
    claims: { htm: 'POST', htu: 'https://api-1.test/deploy', ath: tokenHash(token), ...claims },
  })

const presented = (
  authorization: string,
  dpop: string | null = null,
  url = URL_OF_API,
): Presented =>
  presentedBy(
    new Request(url, {
      method: 'POST',
      headers: { authorization, ...(dpop !== null && { dpop }) },
    }),
  )

const refusalOf = async (verifier: Verifier, request: Presented): Promise<Refused | null> => {
  try {
    await verifier.authenticate(request)
    return null
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown
    throw thrown
  }
}

const reasonOf = async (verifier: Verifier, request: Presented) =>
  (await refusalOf(verifier, request))?.reason ?? null

describe('a bound token', () => {
  test('lets in who holds its key', async () => {
    for (const mode of ['optional', 'required'] as const) {
      const request = presented(`DPoP ${bound}`, proofFor(bound))
      const principal = await verifierWith(mode).authenticate(request)
      expect(principal).toMatchObject({ serviceAccount: job.id, clientId: job.client_id })
    }
  })

  test('by each kind of key', async () => {
    for (const by of await Promise.all([makeEd25519Key('ed'), makeRsaKey('rsa')])) {
      const token = await tokenOf(by)
      const request = presented(`dpop ${token}`, proofFor(token, {}, by))
      expect(await reasonOf(verifierWith('required'), request)).toBeNull()
    }
  })

  test('is no Bearer token, with or without a proof, in any mode', async () => {
    for (const mode of [undefined, 'off', 'optional', 'required'] as const) {
      for (const dpop of [null, proofFor(bound)]) {
        const request = presented(`Bearer ${bound}`, dpop)
        expect(await reasonOf(verifierWith(mode), request)).toBe('bound_token')
      }
    }
  })

  test('is refused where nobody checks proofs', async () => {
    for (const mode of [undefined, 'off'] as const) {
      const request = presented(`DPoP ${bound}`, proofFor(bound))
      expect(await reasonOf(verifierWith(mode), request)).toBe('bound_token')
    }
  })
})

describe('a token that is not bound', () => {
  test('is a Bearer token, unless all have to be bound', async () => {
    const request = presented(`Bearer ${plain}`)
    for (const mode of [undefined, 'off', 'optional'] as const) {
      expect(await reasonOf(verifierWith(mode), request)).toBeNull()
    }
    expect(await reasonOf(verifierWith('required'), request)).toBe('unbound_token')
  })

  test('is none of another scheme', async () => {
    for (const mode of [undefined, 'off', 'optional', 'required'] as const) {
      for (const dpop of [null, proofFor(plain)]) {
        const request = presented(`DPoP ${plain}`, dpop)
        expect(await reasonOf(verifierWith(mode), request)).toBe('unbound_token')
      }
    }
  })
})

const broken: Readonly<Record<string, readonly [string, () => string | null | Promise<string>]>> = {
  'no proof': ['proof_missing', () => null],
  'an empty one': ['proof_malformed', () => ''],
  'two in one header': ['proof_malformed', () => `${proofFor(bound)}, ${proofFor(bound)}`],
  'another method': ['proof_method', () => proofFor(bound, { claims: { htm: 'GET' } })],
  'another path': [
    'proof_url',
    () => proofFor(bound, { claims: { htu: 'https://api-1.test/deploys' } }),
  ],
  'another host': [
    'proof_url',
    () => proofFor(bound, { claims: { htu: 'https://api-2.test/deploy' } }),
  ],
  'one for the gateway': ['proof_url', () => proof(key)],
  'an old one': ['proof_time', () => proofFor(bound, { claims: { iat: now() - 70 } })],
  'one to come': ['proof_time', () => proofFor(bound, { claims: { iat: now() + 70 } })],
  'no token named': ['proof_token', () => proofFor(bound, { claims: { ath: undefined } })],
  'another token named': ['proof_token', () => proofFor(plain)],
  'no jti': ['proof_id', () => proofFor(bound, { claims: { jti: undefined } })],
  'another type': ['proof_header', () => proofFor(bound, { header: { typ: 'jwt' } })],
  'no algorithm': ['proof_header', () => proofFor(bound, { header: { alg: 'none' } })],
  'no key': ['proof_key', () => proofFor(bound, { header: { jwk: undefined } })],
  'its private key': ['proof_key', () => proofFor(bound, { header: { jwk: key.privateJwk } })],
  'another key': ['other_key', async () => proofFor(bound, {}, await makeEcKey('k2'))],
  'another key that signed for it': [
    'proof_signature',
    async () => proofFor(bound, { signer: await makeEcKey('k2') }),
  ],
  'a key with other members': [
    'other_key',
    () => proofFor(bound, { header: { jwk: { ...bare(key), x: bare(key).y } } }),
  ],
}

describe('a proof is refused for', () => {
  test.each(Object.keys(broken))('%s', async (name) => {
    const [reason, make] = broken[name] ?? ['', () => null]
    const verifier = verifierWith('optional')
    const refused = await refusalOf(verifier, presented(`DPoP ${bound}`, await make()))
    expect(refused?.reason).toBe(reason)
    if (refused === null) return
    const { status, headers, body } = refusalAnswer(refused, verifier)
    const error = reason === 'other_key' ? 'invalid_token' : 'invalid_dpop_proof'
    expect([status, body.error]).toEqual([401, error])
    expect(headers['www-authenticate']).toContain(
      `DPoP algs="ES256 Ed25519 RS256", error="${error}"`,
    )
  })

  test('two headers', async () => {
    const request = presented(`DPoP ${bound}`, proofFor(bound))
    const twice = { ...request, dpop: [...request.dpop, proofFor(bound)] }
    expect(await reasonOf(verifierWith('required'), twice)).toBe('proof_malformed')
  })
})

describe('a proof is good once', () => {
  test('where it was seen', async () => {
    const verifier = verifierWith('required')
    const request = presented(`DPoP ${bound}`, proofFor(bound))
    expect(await reasonOf(verifier, request)).toBeNull()
    expect(await reasonOf(verifier, request)).toBe('proof_reused')
    const claims = { jti: 'jti-1' }
    const first = presented(`DPoP ${bound}`, proofFor(bound, { claims }))
    const second = presented(`DPoP ${bound}`, proofFor(bound, { claims }))
    expect(await reasonOf(verifier, first)).toBeNull()
    expect(await reasonOf(verifier, second)).toBe('proof_reused')
  })

  test('of 50 at once', async () => {
    const verifier = verifierWith('required')
    const request = presented(`DPoP ${bound}`, proofFor(bound))
    const reasons = await Promise.all(Array.from({ length: 50 }, () => reasonOf(verifier, request)))
    expect(reasons.filter((reason) => reason === null)).toHaveLength(1)
    expect(new Set(reasons)).toEqual(new Set([null, 'proof_reused']))
  })

  test('and not when it was refused', async () => {
    const verifier = verifierWith('required')
    const dpop = proofFor(bound)
    const elsewhere = presented(`DPoP ${bound}`, dpop, 'https://api-1.test/other')
    expect(await reasonOf(verifier, elsewhere)).toBe('proof_url')
    expect(await reasonOf(verifier, presented(`DPoP ${bound}`, dpop))).toBeNull()
  })

  test('everywhere, where one memory is shared', async () => {
    const seen = new Set<string>()
    const firstUse = async ({ id }: { readonly id: string }) => !seen.has(id) && !!seen.add(id)
    const [one, other] = [
      verifierWith({ mode: 'required', firstUse }),
      verifierWith({ mode: 'required', firstUse }),
    ]
    const request = presented(`DPoP ${bound}`, proofFor(bound))
    expect(await reasonOf(one, request)).toBeNull()
    expect(await reasonOf(other, request)).toBe('proof_reused')
    expect([...seen][0]).toMatch(/^[A-Za-z0-9_-]{43}\.[!-~]+$/)
  })

  test('and nobody is let in while that memory is away', async () => {
    const firstUse = async () => {
      throw new Error('no connection')
    }
    const verifier = verifierWith({ mode: 'required', firstUse })
    const refused = await refusalOf(verifier, presented(`DPoP ${bound}`, proofFor(bound)))
    expect(refused).toMatchObject({ reason: 'proofs_unavailable', status: 503 })
    const silent = () => new Promise<boolean>(() => {})
    const waiting = verifierWith({ mode: 'required', firstUse: silent })
    const held = presented(`DPoP ${bound}`, proofFor(bound))
    expect(await reasonOf(waiting, held)).toBe('proofs_unavailable')
    const unclear = verifierWith({ mode: 'required', firstUse: (() => undefined) as never })
    const request = presented(`DPoP ${bound}`, proofFor(bound))
    expect(await reasonOf(unclear, request)).toBe('proof_reused')
  })
})

describe('the URL that a proof is for', () => {
  const api = (origin?: string) =>
    gatehouse(
      {
        issuer: settings.issuerUrl,
        audience: API_1,
        fetch: behindTls(house().gateway),
        dpop: 'required',
        ...(origin !== undefined && { origin }),
      },
      () => new Response('in'),
    )
  const ask = (url: string, htu: string) => {
    const dpop = proofFor(bound, { claims: { htu } })
    return new Request(url, { method: 'POST', headers: { authorization: `DPoP ${bound}`, dpop } })
  }

  test('is where clients reach the API, if that is said', async () => {
    const handle = api('https://api-1.test')
    const known = 'https://api-1.test/deploy'
    for (const url of ['http://10.0.0.7:8080/deploy', 'http://evil.test/deploy#x', known]) {
      expect((await handle(ask(url, known))).status).toBe(200)
    }
    const evil = 'https://evil.test/deploy'
    expect((await handle(ask(evil, evil))).status).toBe(401)
    expect((await handle(ask('https://api-1.test/other', known))).status).toBe(401)
  })

  test('is at the origin of the audience otherwise, whatever the request says', async () => {
    const handle = api()
    const url = 'https://anything.test/deploy'
    expect((await handle(ask(url, 'https://api-1.test/deploy?x'))).status).toBe(200)
    expect((await handle(ask(url, url))).status).toBe(401)
  })
})

describe('what clients are told', () => {
  const challenge = (mode: VerifierOptions['dpop']) =>
    refusalAnswer(new Refused('no_token'), verifierWith(mode)).headers['www-authenticate']

  test('each scheme that is taken', () => {
    const link = 'resource_metadata="https://api-1.test/.well-known/oauth-protected-resource"'
    const dpop = `DPoP algs="ES256 Ed25519 RS256", ${link}`
    expect(challenge('off')).toBe(`Bearer ${link}`)
    expect(challenge('optional')).toBe(`Bearer ${link}, ${dpop}`)
    expect(challenge('required')).toBe(dpop)
  })

  test('a fault of a proof by its own scheme alone', () => {
    const refused = new Refused('proof_reused')
    const { headers } = refusalAnswer(refused, verifierWith('optional'))
    expect(headers['www-authenticate']).toMatch(/^Bearer resource_metadata="[^"]*", DPoP .*error=/)
  })

  test('and in the metadata', () => {
    const about = (mode: VerifierOptions['dpop']) => verifierWith(mode).metadata?.document
    expect(about('off')).not.toHaveProperty('dpop_bound_access_tokens_required')
    expect(about('optional')).toMatchObject({ dpop_bound_access_tokens_required: false })
    expect(about('required')).toMatchObject({
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'RS256'],
      dpop_bound_access_tokens_required: true,
    })
  })
})

test.each([
  [true, /dpop has to be 'off'/],
  ['on', /dpop has to be 'off'/],
  [{}, /dpop\.mode is missing/],
  [{ mode: 'always' }, /dpop\.mode has to be/],
  [{ mode: 'required', firstuse: () => true }, /did you mean dpop\.firstUse\?/],
  [{ mode: 'required', firstUse: true }, /dpop\.firstUse has to be a function/],
])('the option %j is refused at the start', (dpop, message) => {
  expect(() => verifierWith(dpop as never)).toThrow(message)
})
