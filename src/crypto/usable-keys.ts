import { isJsonObject, type Json, type JsonObject, member } from '../core/json.ts'
import { isKeyId } from '../core/jws-header.ts'
import { isExposed, isForSignatures, isStrong } from '../core/public-jwk.ts'

/** A public key of an issuer that may verify something. */
export interface UsableKey {
  readonly kid: string | undefined
  readonly jwk: JsonObject
}

/** A key set after filtering: what may verify, and every id it named, usable or not. */
export interface KeySet {
  readonly keys: readonly UsableKey[]
  readonly listedKids: ReadonlySet<string>
  /** Whether a private or symmetric key was published: somebody has to be told. */
  readonly exposed: boolean
}

const isUsable = (jwk: JsonObject): boolean => {
  const kid = member(jwk, 'kid')
  if (isExposed(jwk) || !isForSignatures(jwk)) return false
  if (kid !== undefined && !isKeyId(kid)) return false
  const known = member(jwk, 'kty') === 'RSA' || typeof member(jwk, 'crv') === 'string'
  return known && isStrong(jwk)
}

/**
 * Filters a key-set document (RFC 7517). Undefined when it is not one or lists no keys: garbage.
 * Entries with private or symmetric material, other uses, or too weak are skipped (R2, R26).
 */
export const readKeySet = (document: unknown): KeySet | undefined => {
  if (!isJsonObject(document)) return undefined
  const listed = member(document, 'keys')
  if (!Array.isArray(listed) || listed.length === 0) return undefined
  const entries = (listed as readonly Json[]).filter(isJsonObject)
  const kids = entries.map((jwk) => member(jwk, 'kid')).filter((kid) => typeof kid === 'string')
  return {
    keys: entries.filter(isUsable).map((jwk) => {
      const kid = member(jwk, 'kid')
      return { kid: typeof kid === 'string' ? kid : undefined, jwk }
    }),
    listedKids: new Set(kids),
    exposed: entries.some(isExposed),
  }
}
