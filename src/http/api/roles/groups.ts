import * as z from 'zod'
import * as changes from '../../../admin/groups/group-changes.ts'
import * as groups from '../../../admin/groups/groups.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { ok } from '../../../core/result.ts'
import { deletion } from '../dry-run.ts'
import { answeredTime, freeText, id, name, path, toTime } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import type { Wire } from '../wire.ts'

const Create = z.strictObject({
  namespace: path,
  name,
  display_name: freeText.nullable().default(null),
})

const Change = z.strictObject({
  name: name.optional(),
  display_name: freeText.nullable().optional(),
})

const Group = z
  .object({
    id,
    version: z.number().int(),
    namespace: path,
    name,
    display_name: freeText.nullable(),
    created_at: answeredTime,
  })
  .meta({ id: 'Group', description: 'Accounts that get the same roles.' })

const toWire = (group: groups.Group): Wire<typeof Group> => ({
  id: group.id,
  version: group.version,
  namespace: group.namespacePath,
  name: group.name,
  display_name: group.displayName,
  created_at: toTime(group.createdAt),
})

const collection = '/admin/v1/groups'
const item = `${collection}/{group_id}`

const list = operation({
  name: 'groups.list',
  method: 'GET',
  path: collection,
  summary: 'List the groups that you may read',
  query: z.object({
    ...page,
    namespace: path.optional().describe('Only those of this namespace and below'),
    name: name.optional(),
  }),
  answers: { 200: listOf(Group) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await groups.list(context, actor, query), toWire),
})

const create = operation({
  name: 'groups.create',
  method: 'POST',
  path: collection,
  summary: 'Make a group',
  description: 'It has no members and no roles yet. A tenant has at most 1 000 groups.',
  body: Create,
  answers: { 201: Group },
  etag: 'answered',
  refusals: ['permission-denied', 'invalid-reference', 'name-taken', 'quota-exceeded'],
  run: async ({ context, actor, body }) => {
    const { display_name: displayName, ...rest } = body
    const made = await groups.create(context, actor, { ...rest, displayName })
    if (!made.ok) return made
    const { version } = made.value
    const location = `${collection}/${made.value.id}`
    return ok({ status: 201, body: toWire(made.value), location, version })
  },
})

const read = operation({
  name: 'groups.read',
  method: 'GET',
  path: item,
  summary: 'Read a group',
  answers: { 200: Group },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await groups.find(context, actor, param('group_id'))
    if (!found.ok) return found
    return ok({ status: 200, body: toWire(found.value), version: found.value.version })
  },
})

const update = operation({
  name: 'groups.update',
  method: 'PATCH',
  path: item,
  summary: 'Change what a group is called',
  body: Change,
  answers: { 200: Group },
  etag: 'optional',
  refusals: ['not-found', 'permission-denied', 'name-taken', 'precondition-failed'],
  run: async ({ context, actor, body, param, ifMatch }) => {
    const { name: newName, display_name: displayName } = body
    const fields = {
      ...(newName !== undefined && { name: newName }),
      ...(displayName !== undefined && { displayName }),
    }
    const which = { id: param('group_id'), ifMatch, changes: fields }
    const changed = await changes.update(context, actor, which)
    if (!changed.ok) return changed
    return ok({ status: 200, body: toWire(changed.value), version: changed.value.version })
  },
})

const remove = deletion({
  name: 'groups.delete',
  path: item,
  summary: 'Delete a group with its memberships and bindings',
  description: 'Only who could remove each of its bindings may; and nobody a group of their own.',
  etag: 'optional',
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'in-use',
    'last-owner',
    'precondition-failed',
  ],
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofGroup(context, actor, { id: param('group_id'), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    changes.remove(context, actor, { id: param('group_id'), ifMatch }),
})

/** `/admin/v1/groups` */
export const groupOperations: readonly Operation[] = [list, create, read, update, remove]
