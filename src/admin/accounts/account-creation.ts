import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { AdminPermission } from '../../core/permission.ts'
import { invalidReference, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { refuseUnless } from '../actor.ts'
import { type MadeSecret, makeSecret } from '../credentials/new-secret.ts'
import { judgeMemberships } from '../groups/memberships.ts'
import { at, makeAccount, makeBindings, makeKeys, type NewAccount } from './account-parts.ts'
import { makePolicies } from './account-policies.ts'
import { type CreatedAccount, saveAccount } from './account-saving.ts'
import { refuseServers } from './account-servers.ts'

export type { CreatedAccount } from './account-saving.ts'

const refuseCreation = (actor: Actor, wanted: NewAccount): Problem | null => {
  const needed: AdminPermission[] = ['service-accounts:write']
  if (wanted.policies.length > 0) needed.push('trust-policies:write')
  if (wanted.secret !== null || wanted.keys.length > 0) needed.push('credentials:write')
  const readable = refuseUnless(actor, 'service-accounts:read', wanted.namespace)
  if (readable !== null) return invalidReference('/namespace')
  for (const permission of needed) {
    const refused = refuseUnless(actor, permission, wanted.namespace)
    if (refused) return refused
  }
  return null
}

const makeFirstSecret = async (
  context: Context,
  accountId: string,
  life: NewAccount['secret'],
): Promise<Result<MadeSecret | null, Problem>> => {
  if (life === null) return ok(null)
  const made = await makeSecret(context, accountId, life)
  return made.ok ? made : err(at('/client_credentials', made.error))
}

/**
 * Makes an account with its policies, bindings, groups, keys and secret in one call and one transaction. Whoever
 * calls must hold all that the account will hold.
 */
export const create = async (
  context: Context,
  actor: Actor,
  wanted: NewAccount,
): Promise<Result<CreatedAccount, Problem>> => {
  const refused = refuseCreation(actor, wanted)
  if (refused) return err(refused)
  const home = await findNamespaceByPath(context.db, wanted.namespace)
  if (home === undefined) return err(invalidReference('/namespace'))
  const account = makeAccount(context, wanted, home)
  const bindings = await makeBindings(context, actor, { wanted, accountId: account.id })
  if (!bindings.ok) return bindings
  const memberships = await judgeMemberships(context, actor, wanted)
  if (!memberships.ok) return memberships
  const secret = await makeFirstSecret(context, account.id, wanted.secret)
  if (!secret.ok) return secret
  const unfit = await refuseServers(context, wanted.namespace, wanted.resourceServerIds)
  if (unfit) return err(unfit)
  const policies = await makePolicies(context, wanted, account.id)
  if (!policies.ok) return policies
  const keys = await makeKeys(context, wanted, account.id)
  if (!keys.ok) return keys
  return saveAccount(context, wanted, {
    account,
    policies: policies.value,
    bindings: bindings.value,
    keys: keys.value,
    secret: secret.value,
    memberships: memberships.value,
  })
}
