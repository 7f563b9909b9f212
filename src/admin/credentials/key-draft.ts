import type { Context } from '../../context.ts'
import { type AssertionAlgorithm, assertionAlgorithms } from '../../core/account-key.ts'
import type { JsonObject } from '../../core/json.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type PemFault, readPem } from '../../crypto/pem.ts'
import { type PublicKeyFault, readPublicKey } from '../../crypto/public-key.ts'
import { newId } from '../../crypto/random.ts'
import type { AccountKeyRow } from '../../store/credentials/account-keys.ts'

/** A key as somebody asks for it to be registered. */
export interface KeyDraft {
  readonly source: { readonly jwk: JsonObject } | { readonly pem: string }
  /** Null: what follows from the key. */
  readonly algorithm: AssertionAlgorithm | null
  readonly assertionAudience: string | null
  /** Epoch milliseconds; null: when its certificate ends, or never. */
  readonly expiresAt: number | null
}

// None of these repeats anything of the key: it may be one that nobody should see.
const faults: Readonly<Record<PemFault | PublicKeyFault, string>> = {
  private_key:
    'a private key must never be sent: revoke it wherever it is used, make another, and send only its public half',
  symmetric_key:
    'a symmetric key is a secret that must never be sent: revoke it, and send the public half of a key pair',
  other_use: 'use or key_ops say that the key is not for verifying signatures',
  unsupported_key: 'expected a public key: RSA, EC on P-256 or P-384, or Ed25519',
  other_algorithm: `the key cannot be used with this algorithm, or says another one itself; known are ${assertionAlgorithms.join(', ')}`,
  weak_key:
    'RSA keys have 2048 to 8192 bits and an exponent of at least 65537; Ed25519 keys are not of small order',
  malformed_key: 'this is no well-formed public key: RSA, EC on P-256 or P-384, or Ed25519',
  malformed_pem: 'expected one PEM block and nothing else: PUBLIC KEY or CERTIFICATE',
}

const refused = (pointer: string, detail: string): Result<never, Problem> =>
  err(problem('validation-failed', 'the key cannot be registered', [{ pointer, detail }]))

const pointerOf = ({ source }: KeyDraft): string => ('jwk' in source ? '/jwk' : '/pem')

/** The refusal of a key for what it is beside others. */
export const refuseKey = (draft: KeyDraft, detail: string): Problem =>
  problem('validation-failed', 'the key cannot be registered', [
    { pointer: pointerOf(draft), detail },
  ])

/** Two keys of one id could not be told apart (R4). */
export const duplicateKid = 'the account has a key of this kid already; kids are unique in it'

const iso = (ms: number): string => new Date(ms).toISOString()

// A certificate says until when its key is meant to be used; nobody can mean longer.
const expiryOf = (
  { expiresAt }: KeyDraft,
  notAfter: number | null,
  nowMs: number,
): Result<number | null, Problem> => {
  if (notAfter !== null && notAfter <= nowMs) {
    return refused('/pem', `the certificate has expired: it ended at ${iso(notAfter)}`)
  }
  if (expiresAt === null) return ok(notAfter)
  if (expiresAt <= nowMs) return refused('/expires_at', 'expected a time in the future')
  return notAfter === null || expiresAt <= notAfter
    ? ok(expiresAt)
    : refused('/expires_at', `at most the end of the certificate: ${iso(notAfter)}`)
}

/** Reads a key that is to be registered: public, strong, pinned to one algorithm (R2, R19). */
export const makeKey = async (
  { nowMs, config }: Context,
  accountId: string,
  draft: KeyDraft,
): Promise<Result<AccountKeyRow, Problem>> => {
  const { source } = draft
  const read = 'jwk' in source ? ok({ jwk: source.jwk, notAfter: null }) : await readPem(source.pem)
  const pointer = pointerOf(draft)
  if (!read.ok) return refused(pointer, faults[read.error])
  const key = await readPublicKey(read.value.jwk, draft.algorithm)
  if (!key.ok) {
    const named = key.error === 'other_algorithm' && draft.algorithm !== null
    return refused(named ? '/algorithm' : pointer, faults[key.error])
  }
  const expiresAt = expiryOf(draft, read.value.notAfter, nowMs)
  if (!expiresAt.ok) return expiresAt
  const { assertionAudience } = draft
  return ok({
    id: newId('key', nowMs),
    serviceAccountId: accountId,
    ...key.value,
    // Our own identifier is what it would be anyway.
    assertionAudience: assertionAudience === config.issuerUrl ? null : assertionAudience,
    expiresAt: expiresAt.value,
    createdAt: nowMs,
    lastUsedAt: null,
    lastUsedFrom: null,
  })
}
