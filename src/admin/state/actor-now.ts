import type { Context } from '../../context.ts'
import { type Actor, boundRoles } from '../../core/holding.ts'
import { adminServerId } from '../../core/permission.ts'
import { isWithin } from '../../core/service-account.ts'
import type { World } from '../../core/state/world.ts'
import { freshConfig } from '../../store/exchange/account-configs.ts'

/**
 * The actor as of a world that was just read. A document may wait for long: rights that were taken
 * away since the call came in must not count. What is read here stands as long as the world does, for
 * both move the same versions.
 */
export const actorNow = async (context: Context, actor: Actor, world: World): Promise<Actor> => {
  const { config } = await freshConfig(context.db, actor.account.clientId, null)
  const { account } = config
  const speaks =
    account?.id === actor.account.id && account.enabled && isWithin(account, adminServerId)
  const places = [...world.namespace.values()].map(({ entry }) => entry)
  const suspended = places.filter(({ enabled }) => !enabled).map(({ path }) => path)
  return {
    ...actor,
    roles: speaks ? boundRoles(config) : [],
    suspended: [...actor.suspended, ...suspended],
  }
}
