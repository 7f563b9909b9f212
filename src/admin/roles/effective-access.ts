import type { Context } from '../../context.ts'
import type { AccountBinding } from '../../core/account-config.ts'
import { type EffectiveAccess, effectiveAccess } from '../../core/effective-access.ts'
import { type Actor, boundRoles } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { freshConfig } from '../../store/exchange/account-configs.ts'
import { type BindingNames, namesOfBindings } from '../../store/roles/binding-names.ts'
import * as accounts from '../accounts/service-accounts.ts'
import { refuseUnless } from '../actor.ts'
import { changedMeanwhile } from '../visible.ts'

export type { EffectiveAccess, EffectiveBinding } from '../../core/effective-access.ts'

/** A binding as its reader may see it. */
export type SeenBinding = AccountBinding &
  BindingNames & {
    /** The reader may not read bindings where it lies: its id is not told. */
    readonly hidden: boolean
  }

/** Whether the actor may read the bindings of a place. */
export const mayReadBindings = (actor: Actor, path: string): boolean =>
  refuseUnless(actor, 'role-bindings:read', path) === null

/**
 * What an account may do where. Whoever reads the account sees all that lies at its namespace and below;
 * a binding above, which gives it nothing, is shown to those who may read it.
 */
export const ofAccount = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<EffectiveAccess<SeenBinding>, Problem>> => {
  const found = await accounts.find(context, actor, id)
  if (!found.ok) return found
  const refused = refuseUnless(actor, 'role-bindings:read', found.value.namespacePath)
  if (refused) return err(refused)
  const { config } = await freshConfig(context.db, found.value.clientId, null)
  const { account } = config
  // Its client id was rotated since it was read: what is found under the old one holds nothing.
  if (account?.id !== id) return err(changedMeanwhile)
  const names = await namesOfBindings(
    context.db,
    config.bindings.map((binding) => binding.id),
  )
  const counting = new Set(boundRoles(config))
  const bindings = config.bindings.flatMap((binding) => {
    const named = names.get(binding.id)
    const seen = counting.has(binding) || mayReadBindings(actor, binding.namespacePath)
    return named !== undefined && seen ? [{ ...binding, ...named, hidden: false }] : []
  })
  return ok(effectiveAccess({ ...config, account, bindings }))
}
