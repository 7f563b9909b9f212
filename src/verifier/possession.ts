import { type JsonObject, member } from '../core/json.ts'
import type { Credential } from './credential.ts'
import { Refused } from './refused.ts'

/** Refuses a token that is bound to a key, for nobody here checks a proof of it (RFC 9449 §7.1). */
export const checkPossession = (claims: JsonObject, { scheme }: Credential): void => {
  if (member(claims, 'cnf') !== undefined || scheme === 'dpop') throw new Refused('bound_token')
}
