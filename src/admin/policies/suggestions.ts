import { type Context, nowSeconds } from '../../context.ts'
import { type ClaimFault, checkClaimSet, type TimeReason } from '../../core/claim-set.ts'
import { readCompactJwt, type ShapeFault, unverifiedIssuer } from '../../core/compact-jwt.ts'
import type { Actor } from '../../core/holding.ts'
import type { JsonObject } from '../../core/json.ts'
import type { SignatureFault } from '../../core/jws-header.ts'
import { maxSubjectTokenSeconds } from '../../core/lifetime.ts'
import { invalidReference, notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Suggestion, suggestPolicy } from '../../core/suggestion/suggestion.ts'
import { verifySubjectToken } from '../../crypto/verify.ts'
import { findVisibleIssuer, type StoredIssuer } from '../../store/issuers.ts'
import { type AccountRecord, findAccount } from '../../store/service-accounts.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { refuseReading } from '../actor.ts'
import { refuseMaking } from '../visible.ts'
import { audiencesAt } from './policy-draft.ts'

/** Where a policy is wanted: for an account, or for one that is yet to be made in a namespace. */
export type WantedPlace =
  | { readonly kind: 'account'; readonly id: string }
  | { readonly kind: 'namespace'; readonly path: string }

/** Why nothing can be said about a token. */
export type TokenFault = ShapeFault | SignatureFault | ClaimFault | 'unknown_issuer'

/** A token whose signature has verified, and whose times may be wrong. */
export interface VerifiedToken {
  readonly issuer: StoredIssuer
  readonly claims: JsonObject
  readonly timeReason: TimeReason | null
}

/** A place with the account that a policy would be of, where there is one. */
export interface Seat {
  readonly path: string
  readonly account: AccountRecord | null
}

/** What is suggested at a place, for a token or for nothing that can be trusted. */
export interface Proposal extends Suggestion {
  readonly seat: Seat
  /** Why the token says nothing; null: it was verified. */
  readonly fault: TokenFault | null
  readonly issuer: Pick<StoredIssuer, 'id' | 'issuer' | 'preset'> | null
  readonly claims: JsonObject | null
}

/** Whether an issuer may judge tokens: a preset that is not known here may carry gates (AC-386). */
export const isUsable = (
  { presets }: Context,
  issuer: StoredIssuer | undefined,
): issuer is StoredIssuer =>
  issuer?.enabled === true && (issuer.preset === null || presets.has(issuer.preset))

/** Verifies a token by the issuers that are visible at a place. Nothing is spent. */
export const verifyAt = async (
  context: Context,
  path: string,
  token: string,
): Promise<Result<VerifiedToken, TokenFault>> => {
  const jwt = readCompactJwt(token)
  if (!jwt.ok) return jwt
  const url = unverifiedIssuer(jwt.value)
  const issuer = url === undefined ? undefined : await findVisibleIssuer(context.db, path, url)
  if (!isUsable(context, issuer)) return err('unknown_issuer')
  const verified = await verifySubjectToken(jwt.value, issuer, context.keySets)
  if (!verified.ok) return verified
  const { claims } = verified.value
  const checked = checkClaimSet(claims, {
    now: nowSeconds(context),
    maxAgeSeconds: issuer.maxTokenAgeSeconds,
    maxLifetimeSeconds: maxSubjectTokenSeconds,
    iatRequired: true,
  })
  if (!checked.ok) return checked
  return ok({ issuer, claims, timeReason: checked.value.timeReason })
}

/** What is proposed for verified claims; they may be older than the issuer is as it is now. */
export const propose = (
  context: Context,
  seat: Seat,
  { issuer, claims, timeReason }: VerifiedToken,
): Proposal => {
  const preset = issuer.preset === null ? null : (context.presets.get(issuer.preset) ?? null)
  const suggested = suggestPolicy({
    claims,
    issuer: issuer.issuer,
    preset,
    replay: issuer.replay ?? preset?.replay ?? 'single_use',
    audiences: audiencesAt(context, seat.path),
  })
  const stale =
    timeReason === null ? [] : [`stale_token: ${timeReason}: no exchange would accept it now`]
  const warnings = [...stale, ...suggested.warnings]
  return { ...suggested, warnings, seat, fault: null, issuer, claims }
}

/** The proposal for what is no token, or nobody's. */
export const proposeNothing = (seat: Seat, fault: TokenFault): Proposal => ({
  seat,
  fault,
  issuer: null,
  claims: null,
  policy: null,
  notes: [],
  warnings: [],
})

const seatOf = async (
  context: Context,
  actor: Actor,
  place: WantedPlace,
): Promise<Result<Seat, Problem>> => {
  if (place.kind === 'account') {
    const account = await findAccount(context.db, place.id)
    if (account === undefined) return err(notFound)
    const refused = refuseReading(actor, 'trust-policies:read', account.namespacePath)
    return refused ? err(refused) : ok({ path: account.namespacePath, account })
  }
  const { path } = place
  const read = 'trust-policies:read'
  const refused = refuseMaking(actor, { path, read, write: read })
  if (refused) return err(refused)
  const found = await findNamespaceByPath(context.db, path)
  return found === undefined ? err(invalidReference('/namespace')) : ok({ path, account: null })
}

/**
 * Suggests the narrowest sensible policy for a token: its signature is verified by an issuer that is
 * visible there; nothing is issued, spent or recorded.
 */
export const suggest = async (
  context: Context,
  actor: Actor,
  { place, token }: { readonly place: WantedPlace; readonly token: string },
): Promise<Result<Proposal, Problem>> => {
  const seat = await seatOf(context, actor, place)
  if (!seat.ok) return seat
  const verified = await verifyAt(context, seat.value.path, token)
  if (!verified.ok) return ok(proposeNothing(seat.value, verified.error))
  return ok(propose(context, seat.value, verified.value))
}
