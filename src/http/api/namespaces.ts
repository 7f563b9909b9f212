import { Hono } from 'hono'
import * as z from 'zod'
import * as changes from '../../admin/namespace-changes.ts'
import * as namespaces from '../../admin/namespaces.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, endpoint } from './endpoint.ts'
import { freeText, path, toTime } from './fields.ts'

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

const toWire = (namespace: namespaces.Namespace) => ({
  id: namespace.id,
  path: namespace.path,
  kind: namespace.kind,
  display_name: namespace.displayName,
  enabled: namespace.enabled,
  named_tokens_max_days: namespace.namedTokensMaxDays,
  created_at: toTime(namespace.createdAt),
})

/** `/admin/v1/namespaces` */
export const namespaceRoutes = new Hono<HttpEnv>()

namespaceRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await namespaces.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
  }),
)

namespaceRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const { display_name: displayName, ...rest } = body
    const made = await namespaces.create(context, actor, { ...rest, displayName })
    if (!made.ok) return made
    const location = `/admin/v1/namespaces/${made.value.id}`
    return ok({ status: 201, body: toWire(made.value), location })
  }),
)

namespaceRoutes.get(
  '/:id{ns_[0-9a-z]+}',
  endpoint(async ({ context, actor, param }) => {
    const found = await namespaces.find(context, actor, param('id'))
    return found.ok ? ok({ status: 200, body: toWire(found.value) }) : found
  }),
)

namespaceRoutes.patch(
  '/:id{ns_[0-9a-z]+}',
  bodyEndpoint(Change, async ({ context, actor, body, param }) => {
    const { display_name: displayName, kind, enabled, named_tokens_max_days: maxDays } = body
    const wanted = {
      ...(displayName !== undefined && { displayName }),
      ...(kind !== undefined && { kind }),
      ...(enabled !== undefined && { enabled }),
      ...(maxDays !== undefined && { namedTokensMaxDays: maxDays }),
    }
    const changed = await changes.update(context, actor, { id: param('id'), changes: wanted })
    return changed.ok ? ok({ status: 200, body: toWire(changed.value) }) : changed
  }),
)

namespaceRoutes.delete(
  '/:id{ns_[0-9a-z]+}',
  endpoint(async ({ context, actor, param }) => {
    const removed = await changes.remove(context, actor, param('id'))
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
