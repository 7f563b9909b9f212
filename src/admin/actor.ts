import { type Context, nowSeconds } from '../context.ts'
import { type Actor, heldRoles, holdsAdmin } from '../core/holding.ts'
import { readIssuedToken } from '../core/issued-token.ts'
import { type JsonObject, member } from '../core/json.ts'
import { isAtOrBelow } from '../core/namespace.ts'
import { type AdminPermission, adminIdentifier, adminServerId } from '../core/permission.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { verifyAccessToken } from '../crypto/access-token.ts'
import { freshConfig } from '../store/account-configs.ts'
import { readStanding } from '../store/token-standing.ts'

const unauthenticated = problem(
  'authentication-required',
  'send a bearer token of this gateway for urn:gatehouse:admin',
)

const invalid = problem(
  'authentication-required',
  'the bearer token is none of this gateway for urn:gatehouse:admin, or its account is gone',
)
const expired = problem('authentication-required', 'the bearer token has expired: get a new one')
const revoked = problem('authentication-required', 'the bearer token was revoked: get a new one')

const proven = async (context: Context, token: string): Promise<Result<JsonObject, Problem>> => {
  const unverified = readIssuedToken(token)
  if (unverified === undefined) return err(invalid)
  const standing = await readStanding(context.db, unverified)
  const verified = await verifyAccessToken(token, standing.publicKeys, {
    issuer: context.config.issuerUrl,
    audience: adminIdentifier,
    now: nowSeconds(context),
  })
  if (verified.ok) return standing.revoked ? err(revoked) : verified
  return err(verified.error === 'expired' ? expired : invalid)
}

/**
 * Finds out who is calling: a token of ours for the admin API, of an account that is enabled now.
 * Its permissions are read from the database, never from the token; the scope is only a ceiling.
 */
export const findActor = async (
  context: Context,
  token: string | undefined,
): Promise<Result<Actor, Problem>> => {
  if (token === undefined) return err(unauthenticated)
  const verified = await proven(context, token)
  if (!verified.ok) return verified
  const claims = verified.value
  const { config } = await freshConfig(context.db, String(member(claims, 'client_id')), null)
  const { account } = config
  if (account === null || account.id !== member(claims, 'sub') || !account.enabled) {
    return err(invalid)
  }
  const scope = new Set(String(member(claims, 'scope') ?? '').split(' '))
  return ok({ account, roles: heldRoles(config), scope })
}

/** Whether the actor may do something at a path: null, or the problem. */
export const refuseUnless = (
  actor: Actor,
  permission: AdminPermission,
  path: string,
): Problem | null => {
  if (!holdsAdmin(actor, permission, path)) {
    return problem('permission-denied', `this needs ${permission} in ${path}`)
  }
  if (actor.scope.has(permission)) return null
  return problem('insufficient-scope', `the token's scope lacks ${permission}`)
}

/** Where an object lies, and the permissions of its collection. */
export interface Guarded {
  readonly path: string
  readonly read: AdminPermission
  readonly write: AdminPermission
}

/** Guards a reading: what cannot be read does not exist. */
export const refuseReading = (
  actor: Actor,
  permission: AdminPermission,
  path: string,
): Problem | null => refuseChange(actor, { path, read: permission, write: permission })

/** Guards a change: what cannot be read does not exist; what can be read may still be refused. */
export const refuseChange = (actor: Actor, { path, read, write }: Guarded): Problem | null => {
  if (!holdsAdmin(actor, read, path)) return notFound
  return refuseUnless(actor, write, path)
}

/** Whether an object that is visible below its namespace can be read: from above, or from below. */
export const mayReadVisible = (actor: Actor, permission: AdminPermission, path: string): boolean =>
  actor.scope.has(permission) &&
  actor.roles.some(
    (role) =>
      role.resourceServerId === adminServerId &&
      role.permissions.includes(permission) &&
      (isAtOrBelow(path, role.namespacePath) || isAtOrBelow(role.namespacePath, path)),
  )
