import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { type Actor, boundRoles, holds, holdsImplied, type Power } from '../core/holding.ts'
import { adminServerId } from '../core/permission.ts'
import { type Problem, problem } from '../core/problem.ts'
import { freshConfig } from '../store/exchange/account-configs.ts'
import { changedMeanwhile } from './visible.ts'

const serverPathsOf = ({ resourceServers }: AccountConfig): ReadonlyMap<string, string> =>
  new Map(resourceServers.map(({ id, namespacePath }) => [id, namespacePath]))

/** Everything an account holds, without its ceiling, suspended or not. */
export const powersOf = (config: AccountConfig): readonly Power[] => {
  const serverPaths = serverPathsOf(config)
  return boundRoles(config).flatMap((role) =>
    role.permissions.map((permission) => ({
      permission,
      resourceServerId: role.resourceServerId,
      serverPath: serverPaths.get(role.resourceServerId) ?? '/',
      path: role.namespacePath,
    })),
  )
}

// The scope is a ceiling: a token for one collection must not make itself an owner's.
const mayHandOut = (actor: Actor, power: Power): boolean =>
  holds(actor, power) &&
  (power.resourceServerId !== adminServerId || actor.scope.has(power.permission))

/** Nobody hands out more than they hold: null, or the problem (R28). */
export const refuseHandingOut = (actor: Actor, powers: readonly Power[]): Problem | null => {
  const missing = powers.find((power) => !mayHandOut(actor, power))
  if (missing === undefined) return null
  return problem(
    'privilege-escalation',
    `you do not hold ${missing.permission} of ${missing.resourceServerId} in ${missing.path}, or the token's scope lacks it`,
  )
}

/** Nobody hands out a built-in role that implies more than they have: null, or the problem. */
export const refuseImplied = (actor: Actor, roleId: string, path: string): Problem | null =>
  holdsImplied(actor, roleId, path)
    ? null
    : problem('privilege-escalation', `you do not have the role ${roleId} in ${path}`)

/**
 * Guards what would let somebody act as an account (its policies, secrets, switches): not the
 * account itself, and only who holds all that it holds and implies.
 */
export const refuseActingAs = async (
  context: Context,
  actor: Actor,
  account: { readonly id: string; readonly clientId: string },
): Promise<Problem | null> => {
  if (actor.account.id === account.id) {
    return problem('self-modification', 'an account cannot change its own access')
  }
  const { config } = await freshConfig(context.db, account.clientId, null)
  // Its client id was rotated since it was read: what is found under the old one holds nothing, and
  // would let everybody pass.
  if (config.account?.id !== account.id) return changedMeanwhile
  const implied = boundRoles(config)
    .map(({ roleId, namespacePath }) => refuseImplied(actor, roleId, namespacePath))
    .find((refused) => refused !== null)
  return implied ?? refuseHandingOut(actor, powersOf(config))
}
