import { type JsonObject, member } from './json.ts'
import { err, ok, type Result } from './result.ts'

/** Why a signature was not accepted. */
export type SignatureFault =
  | 'algorithm'
  | 'critical_header'
  | 'token_type'
  | 'key_id'
  | 'unknown_key'
  | 'ambiguous_key'
  | 'unusable_key'
  | 'signature'

const utf8 = new TextEncoder()

/** Whether a value can name a key: a string of 1 to 256 bytes (R4). */
export const isKeyId = (kid: unknown): kid is string =>
  typeof kid === 'string' && kid !== '' && utf8.encode(kid).length <= 256

/** What a token's protected header must be before a key is looked for. */
export interface HeaderRules {
  readonly algorithms: readonly string[]
  /** Lower case, without `application/`. */
  readonly types: readonly string[]
  readonly typeRequired: boolean
}

const fitsType = (header: JsonObject, rules: HeaderRules): boolean => {
  const type = member(header, 'typ')
  if (type === undefined) return !rules.typeRequired
  if (typeof type !== 'string') return false
  return rules.types.includes(type.toLowerCase().replace(/^application\//, ''))
}

/** Checks a protected header against what is expected of this kind of token (R2, R3, R4). */
export const checkHeader = (
  header: JsonObject,
  rules: HeaderRules,
): Result<{ algorithm: string; kid: string | undefined }, SignatureFault> => {
  const algorithm = member(header, 'alg')
  const kid = member(header, 'kid')
  if (typeof algorithm !== 'string' || !rules.algorithms.includes(algorithm))
    return err('algorithm')
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return err('critical_header')
  // A nested token's inner claims were never verified (AC-018).
  if (Object.hasOwn(header, 'cty') || !fitsType(header, rules)) return err('token_type')
  if (kid === undefined) return ok({ algorithm, kid })
  return isKeyId(kid) ? ok({ algorithm, kid }) : err('key_id')
}
