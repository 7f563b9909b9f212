import { type Json, type JsonObject, member } from './json.ts'
import { err, ok, type Result } from './result.ts'
import type { Clause } from './trace.ts'

/** How far two clocks may differ, in seconds, each way. */
export const clockSkewSeconds = 30

/** Most characters (UTF-16 code units) of an issuer, subject, audience or bound claim. */
export const maxClaimLength = 1024

/** Most characters of a `jti`. */
export const maxTokenIdLength = 255

/** What a claim set is measured against. `now` is epoch seconds. */
export interface ClaimSetRules {
  readonly now: number
  readonly maxAgeSeconds: number
  readonly maxLifetimeSeconds: number
  readonly iatRequired: boolean
}

/** Why a claim set is not one that we read at all. */
export type ClaimFault =
  | 'iss_invalid'
  | 'sub_invalid'
  | 'aud_invalid'
  | 'jti_invalid'
  | 'exp_missing'
  | 'exp_invalid'
  | 'iat_missing'
  | 'iat_invalid'
  | 'nbf_invalid'
  | 'iat_not_before_exp'
  | 'nbf_not_before_exp'

/** The first thing that is wrong with a token's times. */
export type TimeReason = 'assertion_expired' | 'assertion_not_yet_valid' | 'assertion_too_old'

/** The times of a token as clauses, and what they come to. */
export interface TimesJudged {
  readonly times: Clause[]
  readonly timeReason: TimeReason | null
}

interface Times {
  readonly exp: number
  readonly nbf: number | undefined
  readonly iat: number | undefined
}

/**
 * Checks the registered claims (RFC 7519 §4.1) of a verified claim set. A malformed claim ends it; a
 * time that is merely wrong becomes a clause that does not match, so that the rest is still judged.
 */
export const checkClaimSet = (
  claims: JsonObject,
  rules: ClaimSetRules,
): Result<TimesJudged, ClaimFault> => {
  const fault = namingFault(claims)
  if (fault !== null) return err(fault)
  const times = readTimes(claims, rules.iatRequired)
  return times.ok ? ok(judgeTimes(times.value, rules)) : times
}

/**
 * Tells whether a claim value must not be compared at all: it holds control characters or unpaired
 * surrogates, or is longer than 1024 characters. Of an array its elements count.
 */
export const claimValueFault = (value: Json): boolean => {
  if (typeof value === 'string') return !isPlainText(value)
  return Array.isArray(value) && value.some((element) => isFaultyText(element))
}

const isFaultyText = (value: Json): boolean => typeof value === 'string' && !isPlainText(value)

const isPlainText = (text: string): boolean => {
  if (text.length > maxClaimLength || !text.isWellFormed()) return false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false
  }
  return true
}

const namingFault = (claims: JsonObject): ClaimFault | null => {
  if (!isName(member(claims, 'iss'))) return 'iss_invalid'
  if (!isName(member(claims, 'sub'))) return 'sub_invalid'
  // Its shape is judged by each policy's own clause; here only what its texts are made of.
  if (claimValueFault(member(claims, 'aud') ?? null)) return 'aud_invalid'
  const tokenId = member(claims, 'jti')
  return tokenId === undefined || isTokenId(tokenId) ? null : 'jti_invalid'
}

const isName = (value: Json | undefined): boolean =>
  typeof value === 'string' && value !== '' && isPlainText(value)

/** Visible ASCII, so that replay keys, logs and stores all see one spelling. */
const isTokenId = (value: Json): boolean => {
  if (typeof value !== 'string' || value === '' || value.length > maxTokenIdLength) return false
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    if (code < 0x21 || code > 0x7e) return false
  }
  return true
}

const readTimes = (claims: JsonObject, iatRequired: boolean): Result<Times, ClaimFault> => {
  const exp = member(claims, 'exp')
  const nbf = member(claims, 'nbf')
  const iat = member(claims, 'iat')
  if (exp === undefined) return err('exp_missing')
  if (!isNumericDate(exp)) return err('exp_invalid')
  if (iat === undefined && iatRequired) return err('iat_missing')
  if (iat !== undefined && !isNumericDate(iat)) return err('iat_invalid')
  if (nbf !== undefined && !isNumericDate(nbf)) return err('nbf_invalid')
  if (iat !== undefined && iat >= exp) return err('iat_not_before_exp')
  // With skew on both ends an empty window would look open.
  if (nbf !== undefined && nbf >= exp) return err('nbf_not_before_exp')
  return ok({ exp, nbf, iat })
}

const isNumericDate = (value: Json): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

const judgeTimes = ({ exp, nbf, iat }: Times, rules: ClaimSetRules): TimesJudged => {
  const earliest = rules.now - clockSkewSeconds
  const latest = rules.now + clockSkewSeconds
  const oldest = rules.now - rules.maxAgeSeconds
  const longest = (iat ?? latest) + rules.maxLifetimeSeconds
  const expired = exp <= earliest
  const early = (time: number | undefined): boolean => time !== undefined && time > latest
  const old = iat !== undefined && iat < oldest
  const times = [
    timeClause('exp', exp, {
      expected: { after: earliest, at_most: longest },
      problem: expired ? 'The token has expired.' : exp > longest && 'The token lives too long.',
    }),
  ]
  if (nbf !== undefined) {
    const problem = early(nbf) && 'The token is not valid yet.'
    times.push(timeClause('nbf', nbf, { expected: { at_most: latest }, problem }))
  }
  if (iat !== undefined) {
    const problem = early(iat) ? 'The token is from the future.' : old && 'The token is too old.'
    const expected = { at_least: oldest, at_most: latest }
    times.push(timeClause('iat', iat, { expected, problem }))
  }
  if (expired) return { times, timeReason: 'assertion_expired' }
  if (early(nbf) || early(iat)) return { times, timeReason: 'assertion_not_yet_valid' }
  return { times, timeReason: old || exp > longest ? 'assertion_too_old' : null }
}

const timeClause = (
  claim: string,
  actual: number,
  judged: { readonly expected: unknown; readonly problem: string | false },
): Clause => {
  const clause = { claim, expected: judged.expected, actual }
  if (judged.problem === false) return { ...clause, verdict: 'match' }
  return { ...clause, verdict: 'mismatch', hint: judged.problem }
}
