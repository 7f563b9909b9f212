import { type Context, nowSeconds } from '../context.ts'
import { accessClaims } from '../core/access-claims.ts'
import { boundTo } from '../core/dpop.ts'
import { type Actor, placesOf } from '../core/holding.ts'
import { readIssuedToken } from '../core/issued-token.ts'
import type { JsonObject } from '../core/json.ts'
import { liveAccount } from '../core/judgement.ts'
import { isAtOrBelow } from '../core/namespace.ts'
import { holdingsOf, ownTarget } from '../core/target.ts'
import { verifyAccessToken } from '../crypto/access-token.ts'
import { freshConfig } from '../store/exchange/account-configs.ts'
import { readStanding } from '../store/exchange/token-standing.ts'
import { findNamedToken } from './find-named-token.ts'
import { noteUsed } from './last-use.ts'

const placesToAsk = (actor: Actor): readonly string[] => placesOf(actor, 'tokens:introspect')

/** Whether the actor may ask about any token at all. */
export const mayIntrospect = (actor: Actor): boolean => placesToAsk(actor).length > 0

const mayAskAt = (actor: Actor, path: string): boolean =>
  placesToAsk(actor).some((place) => isAtOrBelow(path, place))

const introspectJwt = async (
  context: Context,
  actor: Actor,
  token: string,
): Promise<JsonObject | null> => {
  const unverified = readIssuedToken(token)
  if (unverified === undefined) return null
  const standing = await readStanding(context.db, unverified)
  const { publicKeys, revoked, accountLives, serverPath } = standing
  if (revoked || !accountLives) return null
  if (serverPath === null || !mayAskAt(actor, serverPath)) return null
  const verified = await verifyAccessToken(token, publicKeys, {
    issuer: context.config.issuerUrl,
    audience: unverified.audience,
    now: nowSeconds(context),
  })
  return verified.ok ? verified.value : null
}

const introspectNamed = async (
  context: Context,
  actor: Actor,
  token: string,
): Promise<JsonObject | null> => {
  const named = await findNamedToken(context, token)
  if (named === undefined || named.expiresAt <= context.nowMs) return null
  // Before anything more is read: another's living token must not cost more than a dead one.
  if (!mayAskAt(actor, named.serverPath)) return null
  const { config } = await freshConfig(context.db, named.clientId, null)
  const account = liveAccount(config)
  if (!account.ok) return null
  // Out of reach of its own API it is good for nothing. Grant types do not matter: it is no grant.
  const target = ownTarget(config, named.resourceServerId, { resource: null, audience: null })
  if (!target.ok) return null
  noteUsed(context, named)
  return accessClaims({
    issuer: context.config.issuerUrl,
    serviceAccountId: account.value.id,
    clientId: account.value.clientId,
    audience: target.value.identifier,
    issuedAt: Math.floor(named.createdAt / 1000),
    expiresAt: Math.floor(named.expiresAt / 1000),
    jti: named.id,
    granted: holdingsOf(config, target.value),
    boundTo: null,
    federated: null,
  })
}

/**
 * Says what a token of ours means now (RFC 7662 §2.2), read from the database and never from a cache.
 * Whatever is not good, and whatever the actor may not ask about, is inactive alike.
 */
export const introspect = async (
  context: Context,
  actor: Actor,
  token: string,
): Promise<JsonObject> => {
  const claims =
    (await introspectNamed(context, actor, token)) ?? (await introspectJwt(context, actor, token))
  if (claims === null) return { active: false }
  const type = boundTo(claims) === null ? 'Bearer' : 'DPoP'
  return { active: true, token_type: type, ...claims }
}
