import { type Context, nowSeconds } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type AccountChange, deleteAccount, updateAccount } from '../../store/account-changes.ts'
import { type AccountRecord, findAccount } from '../../store/service-accounts.ts'
import { refuseChange } from '../actor.ts'
import { refuseActingAs } from '../handing-out.ts'
import { endsOwning, lastOwner, ownedPlaces } from '../roles/owners.ts'
import { refuseStale } from '../visible.ts'
import { viewFor } from './account-list.ts'
import { refuseServers } from './account-servers.ts'

export type { AccountChange } from '../../store/account-changes.ts'
export type { AccountRecord } from '../../store/service-accounts.ts'
export type { AccountView } from './account-list.ts'

const nameTaken = problem('name-taken', 'an account of this name is in the namespace already')

/** Finds one account that the actor may read whole. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<AccountRecord, Problem>> => {
  const account = await findAccount(context.db, id)
  const view = account && viewFor(actor, account)
  return account !== undefined && view?.whole === true ? ok(account) : err(notFound)
}

const changeable = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<AccountRecord, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const refused = refuseChange(actor, {
    path: found.value.namespacePath,
    read: 'service-accounts:read',
    write: 'service-accounts:write',
  })
  return refused ? err(refused) : found
}

/** Names an account and, if the caller cares, the version it has read. */
export interface AccountVersion {
  readonly id: string
  readonly ifMatch: number | null
}

// These decide what the account can do, so changing them hands out all that it holds.
const actingMembers = [
  'resourceServerIds',
  'grantTypes',
  'enabled',
  'clientCredentials',
  'authMethod',
  'maxTokenTtlSeconds',
] as const

/** Changes an account. What opens it up counts as handing out everything it holds. */
export const update = async (
  context: Context,
  actor: Actor,
  { id, changes, ifMatch }: AccountVersion & { readonly changes: AccountChange },
): Promise<Result<AccountRecord, Problem>> => {
  const account = await changeable(context, actor, id)
  if (!account.ok) return account
  const acting = actingMembers.some((name) => changes[name] !== undefined)
  const refused =
    refuseStale(ifMatch, account.value.version) ??
    (acting || actor.account.id === id
      ? await refuseActingAs(context, actor, account.value)
      : null) ??
    (await refuseServers(context, account.value.namespacePath, changes.resourceServerIds ?? null))
  if (refused) return err(refused)
  const keepOwnersOf = endsOwning(changes) ? ownedPlaces(actor, account.value) : []
  const now = nowSeconds(context)
  const outcome = await updateAccount(context.db, account.value, { changes, keepOwnersOf, now })
  if (outcome.kind === 'guard') return err(lastOwner)
  if (outcome.kind === 'constraint') return err(nameTaken)
  return ok({ ...account.value, ...changes, version: account.value.version + 1 })
}

/** Finds an account that the actor may delete. */
export const removable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: AccountVersion,
): Promise<Result<AccountRecord, Problem>> => {
  const account = await changeable(context, actor, id)
  if (!account.ok) return account
  const refused =
    refuseStale(ifMatch, account.value.version) ??
    (await refuseActingAs(context, actor, account.value))
  return refused ? err(refused) : account
}

/** Deletes an account; whatever it could do ends at once. */
export const remove = async (
  context: Context,
  actor: Actor,
  which: AccountVersion,
): Promise<Result<null, Problem>> => {
  const account = await removable(context, actor, which)
  if (!account.ok) return account
  const keepOwnersOf = ownedPlaces(actor, account.value)
  const now = nowSeconds(context)
  const outcome = await deleteAccount(context.db, account.value, { keepOwnersOf, now })
  return outcome.kind === 'done' ? ok(null) : err(lastOwner)
}
