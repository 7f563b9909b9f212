import * as z from 'zod'
import * as changes from '../../admin/namespace-changes.ts'
import * as namespaces from '../../admin/namespaces.ts'
import { ok } from '../../core/result.ts'
import { answeredTime, freeText, id, path, toTime } from './fields.ts'
import { listOf, page, toList } from './lists.ts'
import { type Operation, operation } from './operation.ts'

const kind = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a label like project')

const Create = z.strictObject({
  path,
  kind: kind.default('namespace'),
  display_name: freeText.nullable().default(null),
})

const Change = z.strictObject({
  display_name: freeText.nullable().optional(),
  kind: kind.optional(),
  enabled: z.boolean().optional(),
  named_tokens_max_days: z.number().int().min(0).max(3650).nullable().optional(),
})

const Namespace = z
  .object({
    id,
    path,
    kind,
    display_name: freeText.nullable(),
    enabled: z.boolean(),
    named_tokens_max_days: z.number().int().nullable(),
    created_at: answeredTime,
  })
  .meta({ id: 'Namespace', description: 'A node of the tree; a top-level one is a tenant.' })

const toWire = (namespace: namespaces.Namespace): z.input<typeof Namespace> => ({
  id: namespace.id,
  path: namespace.path,
  kind: namespace.kind,
  display_name: namespace.displayName,
  enabled: namespace.enabled,
  named_tokens_max_days: namespace.namedTokensMaxDays,
  created_at: toTime(namespace.createdAt),
})

const collection = '/admin/v1/namespaces'
const item = `${collection}/{namespace_id}`

const list = operation({
  name: 'namespaces.list',
  method: 'GET',
  path: collection,
  summary: 'List the namespaces that you may read',
  query: z.object({
    ...page,
    path: path.optional().describe('Only the one at this path'),
    namespace: path.optional().describe('Only this one and those below it'),
    kind: kind.optional(),
  }),
  answers: { 200: listOf(Namespace) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await namespaces.list(context, actor, query), toWire),
})

const create = operation({
  name: 'namespaces.create',
  method: 'POST',
  path: collection,
  summary: 'Make a namespace below one that exists',
  body: Create,
  answers: { 201: Namespace },
  refusals: ['permission-denied', 'invalid-reference', 'name-taken'],
  run: async ({ context, actor, body }) => {
    const { display_name: displayName, ...rest } = body
    const made = await namespaces.create(context, actor, { ...rest, displayName })
    if (!made.ok) return made
    const location = `${collection}/${made.value.id}`
    return ok({ status: 201, body: toWire(made.value), location })
  },
})

const read = operation({
  name: 'namespaces.read',
  method: 'GET',
  path: item,
  summary: 'Read a namespace',
  answers: { 200: Namespace },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await namespaces.find(context, actor, param('namespace_id'))
    return found.ok ? ok({ status: 200, body: toWire(found.value) }) : found
  },
})

const update = operation({
  name: 'namespaces.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a namespace: its labels, suspension, ceiling on named tokens',
  body: Change,
  answers: { 200: Namespace },
  refusals: ['not-found', 'permission-denied'],
  run: async ({ context, actor, body, param }) => {
    const { display_name: displayName, kind, enabled, named_tokens_max_days: maxDays } = body
    const wanted = {
      ...(displayName !== undefined && { displayName }),
      ...(kind !== undefined && { kind }),
      ...(enabled !== undefined && { enabled }),
      ...(maxDays !== undefined && { namedTokensMaxDays: maxDays }),
    }
    const which = { id: param('namespace_id'), changes: wanted }
    const changed = await changes.update(context, actor, which)
    return changed.ok ? ok({ status: 200, body: toWire(changed.value) }) : changed
  },
})

const remove = operation({
  name: 'namespaces.delete',
  method: 'DELETE',
  path: item,
  summary: 'Delete a namespace with all that lies below it',
  answers: { 204: null },
  refusals: ['not-found', 'permission-denied', 'in-use'],
  run: async ({ context, actor, param }) => {
    const removed = await changes.remove(context, actor, param('namespace_id'))
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

/** `/admin/v1/namespaces` */
export const namespaceOperations: readonly Operation[] = [list, create, read, update, remove]
