import { Hono } from 'hono'
import * as z from 'zod'
import * as changes from '../../admin/resource-server-changes.ts'
import * as resourceServers from '../../admin/resource-servers.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, endpoint } from './endpoint.ts'
import { freeText, path, tokenTtl, toTime } from './fields.ts'
import { permissionNames } from './permission-names.ts'

const Create = z.strictObject({
  namespace: path,
  identifier: z.string(),
  name: freeText,
  permissions: permissionNames,
  token_ttl_seconds: tokenTtl.default(600),
})

const Change = z.strictObject({
  name: freeText.optional(),
  permissions: permissionNames.optional(),
  token_ttl_seconds: tokenTtl.optional(),
})

const toWire = (server: resourceServers.StoredResourceServer) => ({
  id: server.id,
  namespace: server.namespacePath,
  identifier: server.identifier,
  name: server.name,
  permissions: server.permissions,
  token_ttl_seconds: server.tokenTtlSeconds,
  created_at: toTime(server.createdAt),
})

/** `/admin/v1/resource-servers` */
export const resourceServerRoutes = new Hono<HttpEnv>()

resourceServerRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await resourceServers.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
  }),
)

resourceServerRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const { token_ttl_seconds: tokenTtlSeconds, ...rest } = body
    const made = await resourceServers.create(context, actor, { ...rest, tokenTtlSeconds })
    if (!made.ok) return made
    const { id, version } = made.value
    const location = `/admin/v1/resource-servers/${id}`
    return ok({ status: 201, body: toWire(made.value), location, version })
  }),
)

resourceServerRoutes.get(
  '/:id{rs_[0-9a-z]+}',
  endpoint(async ({ context, actor, param }) => {
    const found = await resourceServers.find(context, actor, param('id'))
    if (!found.ok) return found
    return ok({ status: 200, body: toWire(found.value), version: found.value.version })
  }),
)

resourceServerRoutes.patch(
  '/:id{rs_[0-9a-z]+}',
  bodyEndpoint(Change, async ({ context, actor, body, param, ifMatch }) => {
    const { name, permissions, token_ttl_seconds: tokenTtlSeconds } = body
    const fields = {
      ...(name !== undefined && { name }),
      ...(permissions !== undefined && { permissions }),
      ...(tokenTtlSeconds !== undefined && { tokenTtlSeconds }),
    }
    const which = { id: param('id'), ifMatch, changes: fields }
    const changed = await changes.update(context, actor, which)
    if (!changed.ok) return changed
    return ok({ status: 200, body: toWire(changed.value), version: changed.value.version })
  }),
)

resourceServerRoutes.delete(
  '/:id{rs_[0-9a-z]+}',
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const removed = await changes.remove(context, actor, { id: param('id'), ifMatch })
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
