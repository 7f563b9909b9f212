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
  /** Where it is not, lifetime counts from now: a sender who says more must not get less. */
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

const timeHints = {
  assertion_expired: 'The token has expired.',
  assertion_not_yet_valid: 'The token is not valid yet; if it is new, a clock is wrong.',
  assertion_too_old: 'The token is older, or lives longer, than is allowed here.',
} as const

/** What is wrong with a token's times; of several, the first in this order. */
export type TimeReason = keyof typeof timeHints
const timeReasons = Object.keys(timeHints) as TimeReason[]

/** The times of a token as clauses, and what they come to. */
export interface TimesJudged {
  readonly times: Clause[]
  readonly timeReason: TimeReason | null
}

type Times = Record<'exp', number> & Record<'nbf' | 'iat', number | undefined>

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
  return Array.isArray(value) && value.some(claimValueFault)
}

// One character class each and nothing to backtrack into: linear.
const control = /\p{Cc}/u
const visibleAscii = /^[\x21-\x7e]+$/

const isPlainText = (text: string): boolean =>
  text.length <= maxClaimLength && text.isWellFormed() && !control.test(text)

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

/** Whether a `jti` is one: visible ASCII, so that replay keys, logs and stores all see one spelling. */
export const isTokenId = (value: Json | undefined): value is string =>
  typeof value === 'string' && value.length <= maxTokenIdLength && visibleAscii.test(value)

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

/** Whether a time is one (RFC 7519 §2): seconds since the epoch, finite. */
export const isNumericDate = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

const judgeTimes = ({ exp, nbf, iat }: Times, rules: ClaimSetRules): TimesJudged => {
  const earliest = rules.now - clockSkewSeconds
  const latest = rules.now + clockSkewSeconds
  const oldest = rules.now - rules.maxAgeSeconds
  const longest = ((rules.iatRequired ? iat : undefined) ?? latest) + rules.maxLifetimeSeconds
  const early = (time: number) => time > latest && 'assertion_not_yet_valid'
  const old = (exceeded: boolean) => exceeded && 'assertion_too_old'

  const expected = { after: earliest, until: longest }
  const reason = (exp <= earliest && 'assertion_expired') || old(exp > longest)
  const judged: JudgedTime[] = [{ claim: 'exp', actual: exp, expected, reason }]
  if (nbf !== undefined) {
    judged.push({ claim: 'nbf', actual: nbf, expected: { until: latest }, reason: early(nbf) })
  }
  if (iat !== undefined) {
    const expected = { from: oldest, until: latest }
    judged.push({ claim: 'iat', actual: iat, expected, reason: early(iat) || old(iat < oldest) })
  }
  const worst = timeReasons.find((each) => judged.some((time) => time.reason === each))
  return { times: judged.map(timeClause), timeReason: worst ?? null }
}

type JudgedTime = Omit<Clause, 'verdict' | 'hint'> & { readonly reason: TimeReason | false }

const timeClause = ({ reason, ...time }: JudgedTime): Clause =>
  reason === false
    ? { ...time, verdict: 'match' }
    : { ...time, verdict: 'mismatch', hint: timeHints[reason] }
