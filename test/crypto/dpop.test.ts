import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { maxProofBytes, type ProofRules, readProof } from '../../src/core/dpop.ts'
import { verifyProof } from '../../src/crypto/dpop.ts'
import { now } from '../support/baseline.ts'
import { bare, proof, TOKEN_URL, tokenHash } from '../support/dpop.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, type TestKey } from '../support/keys.ts'

let keys: readonly TestKey[]
let key: TestKey

beforeAll(async () => {
  keys = await Promise.all([makeEcKey('ec'), makeEd25519Key('ed'), makeRsaKey('rsa', 4096)])
  key = keys[0] as TestKey
})

const rules = (changes: Partial<ProofRules> = {}): ProofRules => ({
  method: 'POST',
  url: TOKEN_URL,
  now: now(),
  accessTokenHash: null,
  ...changes,
})

const faultOf = async (text: string, changes: Partial<ProofRules> = {}) => {
  const result = await verifyProof(text, rules(changes))
  return result.ok ? null : result.error
}

describe('a proof', () => {
  test('shows the key that signed it, however that came', async () => {
    for (const each of keys) {
      const result = await verifyProof(proof(each, { header: { jwk: each.jwk } }), rules())
      const thumbprint = await calculateJwkThumbprint(bare(each))
      expect(result).toMatchObject({ ok: true, value: { thumbprint } })
    }
  })

  test('by the longest key is far from too long', () => {
    const claims = { jti: 'j'.repeat(255), htu: `${TOKEN_URL}?${'x'.repeat(500)}` }
    const longest = keys.map((each) => proof(each, { claims }).length)
    expect(Math.max(...longest)).toBeLessThan(maxProofBytes * 0.75)
  })

  test('is good for 60 seconds each way, and remembered for longer', async () => {
    const at = now()
    const text = proof(key, { claims: { iat: at } })
    for (const time of [at - 60, at, at + 60]) expect(await faultOf(text, { now: time })).toBeNull()
    for (const time of [at - 61, at + 61]) {
      expect(await faultOf(text, { now: time })).toBe('proof_time')
    }
    const read = readProof(text, rules({ now: at - 60 }))
    expect(read).toMatchObject({ ok: true, value: { expiresAt: at + 121 } })
  })

  test('for an access token names it', async () => {
    const accessTokenHash = tokenHash('token')
    const at = { accessTokenHash }
    expect(await faultOf(proof(key, { claims: { ath: accessTokenHash } }), at)).toBeNull()
    for (const ath of [undefined, '', tokenHash('other'), 7, `${accessTokenHash}=`]) {
      expect(await faultOf(proof(key, { claims: { ath } }), at)).toBe('proof_token')
    }
  })

  test('by a key that is spelled in another way is refused', async () => {
    const { x } = bare(key) as { readonly x: string }
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet[alphabet.indexOf(x.charAt(42)) + 1] ?? ''
    for (const other of [`${x}=`, ` ${x}`, x.slice(0, 42) + last]) {
      const text = proof(key, { header: { jwk: { ...bare(key), x: other } } })
      expect(await faultOf(text)).toBe('proof_key')
    }
  })

  test('by another jti or key has another identity', async () => {
    const identityOf = async (text: string) => {
      const result = await verifyProof(text, rules())
      return result.ok ? result.value.proofIdentity : undefined
    }
    const one = { claims: { jti: 'one' } }
    const [of, again, other, others] = await Promise.all([
      identityOf(proof(key, one)),
      identityOf(proof(key, { claims: { jti: 'one', iat: now() - 9 } })),
      identityOf(proof(key, { claims: { jti: 'two' } })),
      identityOf(proof(keys[1] as TestKey, one)),
    ])
    expect(again).toBe(of)
    expect(new Set([of, other, others]).size).toBe(3)
  })

  test('of which any byte was changed is refused', async () => {
    const texts = keys.map((each) => proof(each))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.integer({ min: 0x20, max: 0xff }),
        async (text, at, code) => {
          const place = at % text.length
          const changed = String.fromCharCode(code)
          fc.pre(text[place] !== changed)
          const other = text.slice(0, place) + changed + text.slice(place + 1)
          expect(await faultOf(other)).not.toBeNull()
        },
      ),
      { numRuns: 500 },
    )
  })

  test('of which anything was left out or doubled is refused', async () => {
    const text = proof(key)
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.boolean(), async (at, doubled) => {
        const place = at % text.length
        const rest = text.slice(doubled ? place : place + 1)
        expect(await faultOf(text.slice(0, place + (doubled ? 1 : 0)) + rest)).not.toBeNull()
      }),
      { numRuns: 200 },
    )
  })
})
