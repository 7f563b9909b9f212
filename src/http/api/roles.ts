import { Hono } from 'hono'
import * as z from 'zod'
import * as changes from '../../admin/role-changes.ts'
import * as roles from '../../admin/roles.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, endpoint, type Reply } from './endpoint.ts'
import { freeText, id, name, path, toTime } from './fields.ts'
import { permissionNames } from './permission-names.ts'

const permissions = permissionNames.min(1)

const Create = z.strictObject({
  namespace: path,
  name,
  display_name: freeText.nullable().default(null),
  resource_server_id: id,
  permissions,
})

const Replace = z.strictObject({
  name,
  display_name: freeText.nullable().default(null),
  permissions,
  id: id.optional(),
  namespace: path.optional(),
  resource_server_id: id.optional(),
  version: z.number().optional(),
  created_at: z.string().optional(),
})

const Change = z.strictObject({
  name: name.optional(),
  display_name: freeText.nullable().optional(),
  permissions: permissions.optional(),
})

const toWire = (role: roles.StoredRole) => ({
  id: role.id,
  version: role.version,
  namespace: role.namespacePath,
  name: role.name,
  display_name: role.displayName,
  resource_server_id: role.resourceServerId,
  permissions: role.permissions,
  created_at: toTime(role.createdAt),
})

const toReply = (role: Result<roles.StoredRole, Problem>): Result<Reply, Problem> =>
  role.ok ? ok({ status: 200, body: toWire(role.value), version: role.value.version }) : role

const toEcho = (body: z.output<typeof Replace>): changes.RoleEcho => ({
  ...(body.id !== undefined && { id: body.id }),
  ...(body.namespace !== undefined && { namespacePath: body.namespace }),
  ...(body.resource_server_id !== undefined && { resourceServerId: body.resource_server_id }),
  ...(body.version !== undefined && { version: body.version }),
  ...(body.created_at !== undefined && { createdAt: Date.parse(body.created_at) }),
})

const one = '/:id{role_[0-9a-z]+}'

/** `/admin/v1/roles` */
export const roleRoutes = new Hono<HttpEnv>()

roleRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await roles.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
  }),
)

roleRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const { display_name: displayName, resource_server_id: resourceServerId, ...rest } = body
    const made = await roles.create(context, actor, { ...rest, displayName, resourceServerId })
    if (!made.ok) return made
    const { version } = made.value
    const location = `/admin/v1/roles/${made.value.id}`
    return ok({ status: 201, body: toWire(made.value), location, version })
  }),
)

roleRoutes.get(
  one,
  endpoint(async ({ context, actor, param }) =>
    toReply(await roles.find(context, actor, param('id'))),
  ),
)

roleRoutes.put(
  one,
  bodyEndpoint(Replace, async ({ context, actor, body, param, ifMatch }) => {
    const { name: newName, display_name: displayName, permissions: names } = body
    const fields = { name: newName, displayName, permissions: names }
    const which = { id: param('id'), ifMatch, echo: toEcho(body), changes: fields }
    return toReply(await changes.update(context, actor, which))
  }),
)

roleRoutes.patch(
  one,
  bodyEndpoint(Change, async ({ context, actor, body, param, ifMatch }) => {
    const { name: newName, display_name: displayName, permissions: names } = body
    const fields = {
      ...(newName !== undefined && { name: newName }),
      ...(displayName !== undefined && { displayName }),
      ...(names !== undefined && { permissions: names }),
    }
    const which = { id: param('id'), ifMatch, echo: {}, changes: fields }
    return toReply(await changes.update(context, actor, which))
  }),
)

roleRoutes.delete(
  one,
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const removed = await changes.remove(context, actor, { id: param('id'), ifMatch })
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
