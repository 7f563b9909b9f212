import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { type Actor, heldRoles, holds, type Power } from '../core/holding.ts'
import { type Problem, problem } from '../core/problem.ts'
import { freshConfig } from '../store/account-configs.ts'

/** Everything an account holds, without its ceiling. */
export const powersOf = (config: AccountConfig): readonly Power[] => {
  const serverPaths = new Map(
    config.resourceServers.map(({ id, namespacePath }) => [id, namespacePath]),
  )
  return heldRoles(config).flatMap((role) =>
    role.permissions.map((permission) => ({
      permission,
      resourceServerId: role.resourceServerId,
      serverPath: serverPaths.get(role.resourceServerId) ?? '/',
      path: role.namespacePath,
    })),
  )
}

/** Nobody hands out more than they hold: null, or the problem (R28). */
export const refuseHandingOut = (actor: Actor, powers: readonly Power[]): Problem | null => {
  const missing = powers.find((power) => !holds(actor, power))
  if (missing === undefined) return null
  return problem(
    'privilege-escalation',
    `you do not hold ${missing.permission} of ${missing.resourceServerId} in ${missing.path}`,
  )
}

/**
 * Guards what would let somebody act as an account (its policies, secrets, switches): not the
 * account itself, and only who holds all that it holds.
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
  return refuseHandingOut(actor, powersOf(config))
}
