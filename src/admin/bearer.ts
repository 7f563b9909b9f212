import { type Context, nowSeconds } from '../context.ts'
import { boundTo } from '../core/dpop.ts'
import { readIssuedToken } from '../core/issued-token.ts'
import { member } from '../core/json.ts'
import { adminIdentifier, adminPermissions, adminServerId } from '../core/permission.ts'
import { type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { isNamedToken } from '../core/secret-text.ts'
import { verifyAccessToken } from '../crypto/access-token.ts'
import { hashUnderEach } from '../crypto/secret-hash.ts'
import { findNamedTokenByHash } from '../store/credentials/named-tokens.ts'
import { readStanding } from '../store/exchange/token-standing.ts'
import { suspendedPaths } from '../store/tree/namespaces.ts'

/** Whom a good bearer token speaks for; that account has not been looked at. */
export interface Bearer {
  readonly accountId: string
  readonly clientId: string
  /** A ceiling over what the account may do. */
  readonly scope: ReadonlySet<string>
  /** The named token that it is; null for an access token. */
  readonly namedToken: { readonly id: string; readonly hash: string } | null
  /** The namespaces that are suspended now, each with all below it. */
  readonly suspended: readonly string[]
}

/** The one answer for tokens that are none of ours, and for those whose account is gone. */
export const invalidBearer = problem(
  'authentication-required',
  'the bearer token is none of this gateway for urn:gatehouse:admin, or its account is disabled, gone or may not reach it: get a new one',
)
const expired = problem('authentication-required', 'the bearer token has expired: get a new one')
// Taken without its key it would be worth no more than any other (RFC 9449 §7.2).
const bound = problem(
  'authentication-required',
  'the token is bound to a key (DPoP) and no bearer token: get one without a proof',
)
const revoked = problem('authentication-required', 'the bearer token was revoked: get a new one')

const proveAccessToken = async (
  context: Context,
  token: string,
): Promise<Result<Bearer, Problem>> => {
  const unverified = readIssuedToken(token)
  if (unverified === undefined) return err(invalidBearer)
  const standing = await readStanding(context.db, unverified)
  const verified = await verifyAccessToken(token, standing.publicKeys, {
    issuer: context.config.issuerUrl,
    audience: adminIdentifier,
    now: nowSeconds(context),
  })
  if (!verified.ok) return err(verified.error === 'expired' ? expired : invalidBearer)
  if (standing.revoked) return err(revoked)
  const claims = verified.value
  if (boundTo(claims) !== null) return err(bound)
  return ok({
    accountId: unverified.accountId,
    clientId: String(member(claims, 'client_id')),
    scope: new Set(String(member(claims, 'scope') ?? '').split(' ')),
    namedToken: null,
    suspended: standing.suspended,
  })
}

// A named token has no scope of its own: it may do whatever its account may.
const everything = new Set<string>(adminPermissions)

const proveNamedToken = async (
  { config, db, nowMs }: Context,
  token: string,
): Promise<Result<Bearer, Problem>> => {
  const digests = await hashUnderEach(token, config.secretPeppers)
  const [found, suspended] = await Promise.all([
    findNamedTokenByHash(db, digests),
    suspendedPaths(db),
  ])
  if (found === undefined || found.resourceServerId !== adminServerId) return err(invalidBearer)
  if (found.expiresAt <= nowMs) return err(expired)
  return ok({
    accountId: found.serviceAccountId,
    clientId: found.clientId,
    scope: everything,
    namedToken: found,
    suspended,
  })
}

/** Proves a bearer token of ours for the admin API: an access token, or a named one. */
export const proveBearer = (context: Context, token: string): Promise<Result<Bearer, Problem>> =>
  isNamedToken(token) ? proveNamedToken(context, token) : proveAccessToken(context, token)
