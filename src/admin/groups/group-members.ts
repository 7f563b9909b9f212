import type { Context } from '../../context.ts'
import { maxGroupsOfAccount } from '../../core/group.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { bindingsOfGroups, type GroupBinding } from '../../store/groups/group-bindings.ts'
import {
  addMember,
  deleteMember,
  isMember,
  listMembers,
  type Member,
  type Membership,
} from '../../store/groups/group-members.ts'
import { findGroup, type Group } from '../../store/groups/groups.ts'
import { type AccountRecord, findAccount } from '../../store/service-accounts.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'
import { lastOwner, ownedBy, refuseOwn } from '../roles/owners.ts'
import { tooManyBindings } from '../roles/role-binding-draft.ts'
import { mayRefer } from '../roles/role-bindings.ts'
import { refuseSuspended } from '../tree/suspension.ts'
import { changedMeanwhile } from '../visible.ts'
import { find } from './groups.ts'
import { refuseMembership } from './memberships.ts'

export type { Member } from '../../store/groups/group-members.ts'

/** Lists the members of a group that the actor may know of. */
export const list = async (
  context: Context,
  actor: Actor,
  { groupId, ...query }: ListQuery & { readonly groupId: string },
): Promise<Result<Page<Member>, Problem>> => {
  const group = await find(context, actor, groupId)
  if (!group.ok) return group
  const collection = `groups/${groupId}/members`
  const page = await readPage(context, actor, query, collection)
  if (!page.ok) return page
  const places = placesOf(actor, 'service-accounts:read')
  const rows = await listMembers(context.db, { groupId, places, ...page.value })
  return ok(await toPage(context, actor, rows, { ...page.value, collection }))
}

const tooMany = problem('quota-exceeded', `an account is in at most ${maxGroupsOfAccount} groups`)

const notBelow = problem(
  'invalid-reference',
  'the members of a group live in its namespace or below it',
)

interface Judged {
  readonly group: Group
  readonly account: AccountRecord
  readonly judged: readonly GroupBinding[]
}

const refuseAccount = (actor: Actor, { namespacePath: path }: AccountRecord): Problem | null =>
  mayRefer(actor, path) ? refuseSuspended(actor, path) : notFound

const judge = async (
  context: Context,
  actor: Actor,
  { groupId, serviceAccountId }: Membership,
): Promise<Result<Judged, Problem>> => {
  const [group, account, judged] = await Promise.all([
    findGroup(context.db, groupId),
    findAccount(context.db, serviceAccountId),
    bindingsOfGroups(context.db, [groupId]),
  ])
  if (group === undefined) return err(notFound)
  const refused =
    refuseMembership(actor, group, judged) ??
    (account === undefined ? notFound : refuseAccount(actor, account))
  if (refused || account === undefined) return err(refused ?? notFound)
  if (account.id === actor.account.id) {
    const lost = { groupId, accountId: account.id }
    return err(await refuseOwn(context, lost, 'an account cannot change its own memberships'))
  }
  return ok({ group, account, judged })
}

/** Puts an account into a group; saying so again changes nothing. */
export const add = async (
  context: Context,
  actor: Actor,
  membership: Membership,
): Promise<Result<null, Problem>> => {
  const change = await judge(context, actor, membership)
  if (!change.ok) return change
  const { group, account } = change.value
  if (!isAtOrBelow(account.namespacePath, group.namespacePath)) return err(notBelow)
  if (await isMember(context.db, membership)) return ok(null)
  const outcome = await addMember(context.db, change.value, context.nowMs)
  if (outcome.kind === 'done') return ok(null)
  if (outcome.kind === 'constraint') return err(changedMeanwhile)
  const refusals = [null, changedMeanwhile, notFound, tooMany, tooManyBindings]
  const refused = refusals[outcome.index] ?? null
  return refused ? err(refused) : ok(null)
}

/** Takes an account out of a group. */
export const remove = async (
  context: Context,
  actor: Actor,
  membership: Membership,
): Promise<Result<null, Problem>> => {
  const change = await judge(context, actor, membership)
  if (!change.ok) return change
  const keepOwnersOf = ownedBy(actor, change.value.judged)
  const outcome = await deleteMember(context.db, change.value, keepOwnersOf)
  if (outcome.kind === 'done') return ok(null)
  const index = outcome.kind === 'guard' ? outcome.index : 0
  return err([notFound, changedMeanwhile][index] ?? lastOwner)
}
