import { type Context, nowSeconds } from '../context.ts'
import type { Author } from '../core/audit-actor.ts'
import { readIssuedToken } from '../core/issued-token.ts'
import { type JsonObject, member } from '../core/json.ts'
import { lateSeconds } from '../core/revocation.ts'
import { verifyAccessToken } from '../crypto/access-token.ts'
import { endNamedToken } from '../store/credentials/named-token-changes.ts'
import type { NamedToken } from '../store/credentials/named-tokens.ts'
import { inNameOf } from '../store/db.ts'
import { readStanding } from '../store/exchange/token-standing.ts'
import { revokeToken } from '../store/revoking/revocations.ts'
import { findNamedToken } from './find-named-token.ts'

/** Whose token it has to be: the client as it was named, and its account where it proved itself. */
export interface Revoker {
  readonly clientId: string
  readonly accountId: string | null
}

// A client id may have been rotated since; the account is the same.
const isOwn = ({ clientId, accountId }: Revoker, claims: JsonObject): boolean =>
  member(claims, 'client_id') === clientId || member(claims, 'sub') === accountId

// Whoever has the token is its account, as far as giving it up goes (RFC 7009 §2.1).
const ownerOf = ({ nowMs, source }: Context, token: NamedToken): Author => {
  const { serviceAccountId: id, clientId, name, tenantId } = token
  const actor = { type: 'service_account', id, clientId, name, tenantId, bindings: null } as const
  return { actor, action: 'oauth.revoke', requestId: null, source, userAgent: null, nowMs }
}

const revokeNamed = async (
  context: Context,
  revoker: Revoker,
  text: string,
): Promise<string | null> => {
  const token = await findNamedToken(context, text)
  if (token === undefined) return null
  const { clientId, serviceAccountId } = token
  if (!isOwn(revoker, { client_id: clientId, sub: serviceAccountId })) return null
  await endNamedToken(inNameOf(context.db, ownerOf(context, token)), token, nowSeconds(context))
  return serviceAccountId
}

// Nothing is written for what we did not sign, or what is dead already (R36).
const revokeJwt = async (
  context: Context,
  revoker: Revoker,
  text: string,
): Promise<string | null> => {
  const token = readIssuedToken(text)
  if (token === undefined) return null
  const now = nowSeconds(context)
  const { publicKeys, revoked } = await readStanding(context.db, token)
  // What has only just expired may still be accepted somewhere: it can be given up all the same.
  const rules = {
    issuer: context.config.issuerUrl,
    audience: token.audience,
    now: now - lateSeconds,
  }
  const verified = await verifyAccessToken(text, publicKeys, rules)
  if (revoked || !verified.ok || !isOwn(revoker, verified.value)) return null
  const expiresAt = Number(member(verified.value, 'exp'))
  await revokeToken(context.db, { ...token, expiresAt }, now)
  return token.accountId
}

/**
 * Revokes a client's own token (RFC 7009 §2.1), named or not. What is unknown, dead or another
 * client's is left as it is, and nobody is told (§2.2).
 */
export const revokeOwn = async (
  context: Context,
  revoker: Revoker,
  text: string,
): Promise<void> => {
  const accountId =
    (await revokeNamed(context, revoker, text)) ?? (await revokeJwt(context, revoker, text))
  if (accountId !== null) context.log({ event: 'token_revoked', service_account_id: accountId })
}
