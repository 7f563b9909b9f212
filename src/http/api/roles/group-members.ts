import * as z from 'zod'
import * as members from '../../../admin/groups/group-members.ts'
import { ok } from '../../../core/result.ts'
import { answeredTime, id, name, path, toTime } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import type { Wire } from '../wire.ts'

const Member = z
  .object({ id, name, namespace: path, added_at: answeredTime })
  .meta({ id: 'GroupMember', description: 'A service account that is in a group.' })

const toWire = (member: members.Member): Wire<typeof Member> => ({
  id: member.id,
  name: member.name,
  namespace: member.namespacePath,
  added_at: toTime(member.addedAt),
})

const collection = '/admin/v1/groups/{group_id}/members'
const item = `${collection}/{service_account_id}`

const membershipOf = (param: (name: string) => string) => ({
  groupId: param('group_id'),
  serviceAccountId: param('service_account_id'),
})

const list = operation({
  name: 'group-members.list',
  method: 'GET',
  path: collection,
  summary: 'List the members of a group',
  description: 'Those that you may read, and by name those that live above them in your tenant.',
  query: z.object(page),
  answers: { 200: listOf(Member) },
  refusals: ['not-found', 'invalid-cursor'],
  run: async ({ context, actor, query, param }) => {
    const which = { ...query, groupId: param('group_id') }
    return toList(await members.list(context, actor, which), toWire)
  },
})

const add = operation({
  name: 'group-members.add',
  method: 'PUT',
  path: item,
  summary: 'Put an account into a group',
  description:
    'It gets all that the group is bound to, at its own namespace and below, so you must hold all of that. Saying so again changes nothing. An account is in at most 100 groups.',
  answers: { 204: null },
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'invalid-reference',
    'quota-exceeded',
    'precondition-failed',
  ],
  run: async ({ context, actor, param }) => {
    const added = await members.add(context, actor, membershipOf(param))
    return added.ok ? ok({ status: 204 }) : added
  },
})

const remove = operation({
  name: 'group-members.remove',
  method: 'DELETE',
  path: item,
  summary: 'Take an account out of a group',
  answers: { 204: null },
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'last-owner',
    'precondition-failed',
  ],
  run: async ({ context, actor, param }) => {
    const removed = await members.remove(context, actor, membershipOf(param))
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

/** `/admin/v1/groups/{id}/members` */
export const groupMemberOperations: readonly Operation[] = [list, add, remove]
