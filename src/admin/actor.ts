import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { type Actor, boundRoles, holdsAdmin } from '../core/holding.ts'
import { isAtOrBelow } from '../core/namespace.ts'
import { type AdminPermission, adminServerId, isReading } from '../core/permission.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { isWithin, type ServiceAccount } from '../core/service-account.ts'
import { noteUse } from '../store/credentials/last-use.ts'
import { freshConfig } from '../store/exchange/account-configs.ts'
import { type Bearer, invalidBearer, proveBearer } from './bearer.ts'
import { refuseSuspended } from './tree/suspension.ts'

const unauthenticated = problem(
  'authentication-required',
  'send a bearer token of this gateway for urn:gatehouse:admin',
)

// A ceiling without this API ends living access tokens, too: or two owners could cut off each other.
// A named token gets no access token first, so suspension stops it here. Grant types do not: a bearer
// token is no grant. An access token of a suspended account still reads: what it may change is
// nothing, by the path.
const speaksFor = (
  { account, namespaceEnabled }: AccountConfig,
  { accountId, namedToken }: Bearer,
): ServiceAccount | null => {
  if (account === null || account.id !== accountId || !account.enabled) return null
  if (!isWithin(account, adminServerId)) return null
  return namedToken === null || namespaceEnabled ? account : null
}

const noteUsed = (
  { db, nowMs, source, defer }: Context,
  { id: credentialId, hash }: NonNullable<Bearer['namedToken']>,
): void => {
  const writing = noteUse(db, { credentialId, hash, at: nowMs, from: source })
  if (writing !== null) defer(writing)
}

/**
 * Finds out who is calling: a token of ours for the admin API, of an account that is enabled now.
 * Its permissions are read from the database, never from the token; the scope is only a ceiling.
 * Roles in suspended namespaces still let it read there.
 */
export const findActor = async (
  context: Context,
  token: string | undefined,
): Promise<Result<Actor, Problem>> => {
  if (token === undefined) return err(unauthenticated)
  const bearer = await proveBearer(context, token)
  if (!bearer.ok) return bearer
  const { clientId, scope, suspended, namedToken } = bearer.value
  const { config } = await freshConfig(context.db, clientId, null)
  const account = speaksFor(config, bearer.value)
  if (account === null) return err(invalidBearer)
  if (namedToken !== null) noteUsed(context, namedToken)
  const roles = boundRoles(config)
  return ok({ account, roles, bindings: roles.map(({ id }) => id), scope, suspended })
}

/** Whether the actor has a permission at a path, and its token says so: null, or the problem. */
export const refuseLacking = (
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

/** Whether the actor may do something at a path now: null, or the problem. */
export const refuseUnless = (
  actor: Actor,
  permission: AdminPermission,
  path: string,
): Problem | null =>
  refuseLacking(actor, permission, path) ??
  (isReading(permission) ? null : refuseSuspended(actor, path))

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
