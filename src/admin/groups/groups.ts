import type { Context } from '../../context.ts'
import { maxGroups } from '../../core/group.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import {
  addGroup,
  findGroup,
  type Group,
  type GroupFields,
  listGroups,
} from '../../store/groups/groups.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { mayReadVisible } from '../actor.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'
import { refuseMaking } from '../visible.ts'

export type { Group, GroupFields } from '../../store/groups/groups.ts'

/** Where a group lies, and the permissions of its collection. */
export const guarded = (path: string) =>
  ({ path, read: 'groups:read', write: 'groups:write' }) as const

/** Which groups are looked for. */
export interface GroupQuery extends ListQuery {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/** Lists the groups that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: GroupQuery,
): Promise<Result<Page<Group>, Problem>> => {
  const page = await readPage(context, actor, query, 'groups')
  if (!page.ok) return page
  const rows = await listGroups(context.db, {
    places: placesOf(actor, 'groups:read'),
    within: query.namespace,
    name: query.name,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection: 'groups' }))
}

/** Finds one group that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<Group, Problem>> => {
  const group = await findGroup(context.db, id)
  const readable = group !== undefined && mayReadVisible(actor, 'groups:read', group.namespacePath)
  return readable ? ok(group) : err(notFound)
}

/** The problem of a group whose name is not free. */
export const groupNameTaken = problem(
  'name-taken',
  'the namespace has a group of this name already',
)

const tooMany = problem('quota-exceeded', `a tenant has at most ${maxGroups} groups`)

/** Makes a group, with nobody in it and bound to nothing. */
export const create = async (
  context: Context,
  actor: Actor,
  { namespace: path, ...fields }: GroupFields & { readonly namespace: string },
): Promise<Result<Group, Problem>> => {
  const refused = refuseMaking(actor, guarded(path))
  if (refused) return err(refused)
  const namespace = await findNamespaceByPath(context.db, path)
  if (namespace === undefined) return err(invalidReference('/namespace'))
  const group: Group = {
    id: newId('grp', context.nowMs),
    ...fields,
    namespaceId: namespace.id,
    namespacePath: path,
    tenantId: namespace.tenantId,
    version: 1,
    createdAt: context.nowMs,
  }
  const outcome = await addGroup(context.db, group)
  if (outcome.kind === 'done') return ok(group)
  if (outcome.kind === 'constraint') return err(groupNameTaken)
  return err(outcome.index === 0 ? invalidReference('/namespace') : tooMany)
}
