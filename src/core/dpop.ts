import { isNumericDate, isTokenId } from './claim-set.ts'
import { isCanonical, readCompactJwt } from './compact-jwt.ts'
import { isJsonObject, type Json, type JsonObject, member } from './json.ts'
import { checkHeader } from './jws-header.ts'
import { fitsAlgorithm, isExposed, isForSignatures, isStrong } from './public-jwk.ts'
import { requestTarget } from './request-target.ts'
import { err, ok, type Result } from './result.ts'

/** What a proof of possession can be signed with (RFC 9449 §4.3, 5). */
export const proofAlgorithms = ['ES256', 'Ed25519', 'RS256'] as const

/** Longest proof, in bytes: one by an RSA key of 4096 bits has 1800. */
export const maxProofBytes = 4096

// A proof brings its own key, so whoever sends one chooses how long it takes to check.
const maxModulusCharacters = Math.ceil((4096 / 8) * (4 / 3))
const usualExponent = 'AQAB'

/**
 * How far a proof's time may lie from ours, each way. Nobody is asked for a nonce: a proof is good
 * once within this time, and jobs that ask for one token would ask twice.
 */
export const proofWindowSeconds = 60

// Proofs are judged by a clock of whole seconds, so one is good throughout its last second; and whoever
// remembers them may have a clock that goes ahead of the one that judges.
const rememberedUntil = (issuedAt: number): number =>
  Math.floor(issuedAt) + 2 * proofWindowSeconds + 1

/** Why a proof is none of this request's. */
export type ProofFault =
  | 'proof_malformed'
  | 'proof_header'
  | 'proof_key'
  | 'proof_id'
  | 'proof_method'
  | 'proof_url'
  | 'proof_time'
  | 'proof_token'
  | 'proof_signature'
  | 'proof_reused'

/** The request that a proof has to be for; `now` in epoch seconds. */
export interface ProofRules {
  readonly method: string
  /** Absolute; query and fragment do not matter. */
  readonly url: string
  readonly now: number
  /** The SHA-256 of the access token that comes with it, base64url; null where none does. */
  readonly accessTokenHash: string | null
}

/** A proof that says what it should; that its key has signed it has not been checked. */
export interface UnverifiedProof {
  readonly text: string
  readonly algorithm: string
  /** The public members alone, as they came: what the thumbprint is over is what verifies. */
  readonly jwk: JsonObject
  readonly tokenId: string
  /** Epoch seconds until which it has to be remembered: the last second it is good in, and a margin. */
  readonly expiresAt: number
}

const headerRules = { algorithms: proofAlgorithms, types: ['dpop+jwt'], typeRequired: true }

const isCheapRsa = (jwk: JsonObject): boolean =>
  String(member(jwk, 'n')).length <= maxModulusCharacters && member(jwk, 'e') === usualExponent

// Another spelling of one key would have another thumbprint (RFC 7638 §3.3). Names of kinds are fixed.
const isSpelledOneWay = (name: string, value: unknown): boolean =>
  typeof value === 'string' &&
  (name === 'kty' || name === 'crv' || (/^[A-Za-z0-9_-]+$/.test(value) && isCanonical(value)))

const readKey = (jwk: Json | undefined, algorithm: string): JsonObject | undefined => {
  if (!isJsonObject(jwk) || isExposed(jwk) || !isForSignatures(jwk)) return undefined
  if (!fitsAlgorithm({ jwk }, algorithm) || !isStrong(jwk)) return undefined
  const kty = member(jwk, 'kty')
  if (kty === 'RSA' && !isCheapRsa(jwk)) return undefined
  const names = kty === 'RSA' ? ['n', 'e'] : kty === 'EC' ? ['crv', 'x', 'y'] : ['crv', 'x']
  const members = ['kty', ...names].map((name) => [name, member(jwk, name) ?? null] as const)
  return members.every(([name, value]) => isSpelledOneWay(name, value))
    ? Object.fromEntries(members)
    : undefined
}

const isLate = (claims: JsonObject, now: number): boolean => {
  const expiry = member(claims, 'exp')
  return expiry !== undefined && !(isNumericDate(expiry) && expiry > now - proofWindowSeconds)
}

const isEarly = (claims: JsonObject, now: number): boolean => {
  const start = member(claims, 'nbf')
  return start !== undefined && !(isNumericDate(start) && start <= now + proofWindowSeconds)
}

const claimsFault = (claims: JsonObject, rules: ProofRules): ProofFault | null => {
  const { method, url, now, accessTokenHash } = rules
  const uri = member(claims, 'htu')
  const issuedAt = member(claims, 'iat')
  if (!isTokenId(member(claims, 'jti'))) return 'proof_id'
  if (member(claims, 'htm') !== method) return 'proof_method'
  const target = typeof uri === 'string' ? requestTarget(uri) : undefined
  if (target === undefined || target !== requestTarget(url)) return 'proof_url'
  if (!isNumericDate(issuedAt) || Math.abs(issuedAt - now) > proofWindowSeconds) return 'proof_time'
  if (isLate(claims, now) || isEarly(claims, now)) return 'proof_time'
  const hash = member(claims, 'ath')
  return accessTokenHash === null || hash === accessTokenHash ? null : 'proof_token'
}

/**
 * Reads a DPoP proof (RFC 9449 §4.3) and checks all that can be checked without its signature, cheap
 * before dear. Unknown members, `nonce` among them, do not matter.
 */
export const readProof = (text: string, rules: ProofRules): Result<UnverifiedProof, ProofFault> => {
  if (text.length > maxProofBytes) return err('proof_malformed')
  const jwt = readCompactJwt(text)
  if (!jwt.ok) return err('proof_malformed')
  const { header, unverifiedClaims: claims } = jwt.value
  const checked = checkHeader(header, headerRules)
  if (!checked.ok) return err('proof_header')
  const { algorithm } = checked.value
  const fault = claimsFault(claims, rules)
  if (fault !== null) return err(fault)
  const jwk = readKey(member(header, 'jwk'), algorithm)
  if (jwk === undefined) return err('proof_key')
  const tokenId = String(member(claims, 'jti'))
  const expiresAt = rememberedUntil(Number(member(claims, 'iat')))
  return ok({ text, algorithm, jwk, tokenId, expiresAt })
}

/**
 * The thumbprint of the key that a token is bound to (RFC 9449 §6.1); null where it is a plain bearer
 * token. Whatever else confirms it (RFC 7800) is nothing that could be checked here: undefined.
 */
export const boundTo = (claims: JsonObject): string | null | undefined => {
  const confirmation = member(claims, 'cnf')
  if (confirmation === undefined) return null
  const jkt = isJsonObject(confirmation) ? member(confirmation, 'jkt') : undefined
  return typeof jkt === 'string' ? jkt : undefined
}
