import * as z from 'zod'
import * as namespaces from '../../../admin/tree/namespaces.ts'
import { ok } from '../../../core/result.ts'
import { freeText, path } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { namespaceChanges } from './namespace-changes.ts'
import { collection, item, kind, Namespace, toWire } from './namespace-wire.ts'

const Create = z.strictObject({
  path,
  kind: kind.default('namespace'),
  display_name: freeText.nullable().default(null),
})

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
  refusals: ['permission-denied', 'invalid-reference', 'name-taken', 'quota-exceeded'],
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

/** `/admin/v1/namespaces` */
export const namespaceOperations: readonly Operation[] = [list, create, read, ...namespaceChanges]
