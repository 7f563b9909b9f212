import * as z from 'zod'
import * as changes from '../../../admin/roles/role-changes.ts'
import * as roleList from '../../../admin/roles/role-list.ts'
import * as roles from '../../../admin/roles/roles.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { actingAs } from '../acting.ts'
import { deletion } from '../dry-run.ts'
import { idOf, name, within } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { type Reply, replyWith } from '../reply.ts'
import { Role, RoleBody, RoleChange, RoleReplacement, roleToWire, toEcho } from './role-body.ts'

const collection = '/admin/v1/roles'
const item = `${collection}/{role_id}`

const show = (role: roles.StoredRole): Reply => ({
  status: 200,
  body: roleToWire(role),
  version: role.version,
})

const list = operation({
  name: 'roles.list',
  method: 'GET',
  path: collection,
  summary: 'List the roles that you may read',
  query: z.object({
    ...page,
    namespace: within,
    name: name.optional(),
    resource_server_id: idOf('resource server').optional(),
    assignable_to: idOf('service account')
      .optional()
      .describe(
        'Only roles that fit this service account: visible where it lives, of resource servers within its ceiling',
      ),
  }),
  answers: { 200: listOf(Role) },
  refusals: ['invalid-cursor', 'invalid-reference'],
  run: async ({ context, actor, query }) => {
    const { resource_server_id: resourceServerId, assignable_to: assignableTo, ...rest } = query
    const wanted = { ...rest, resourceServerId, assignableTo }
    return toList(await roleList.list(context, actor, wanted), roleToWire)
  },
})

const create = operation({
  name: 'roles.create',
  method: 'POST',
  path: collection,
  summary: 'Make a role of permissions that you hold',
  body: RoleBody,
  answers: { 201: Role },
  etag: 'answered',
  refusals: ['permission-denied', 'privilege-escalation', 'invalid-reference', 'name-taken'],
  run: async ({ context, actor, body }) => {
    const { display_name: displayName, resource_server_id: resourceServerId, ...rest } = body
    const made = await roles.create(context, actor, { ...rest, displayName, resourceServerId })
    return replyWith(made, (role) => ({
      ...show(role),
      status: 201,
      location: `${collection}/${role.id}`,
    }))
  },
})

const read = operation({
  name: 'roles.read',
  method: 'GET',
  path: item,
  summary: 'Read a role',
  answers: { 200: Role },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await roles.find(context, actor, param('role_id')), show),
})

const replace = operation({
  name: 'roles.replace',
  method: 'PUT',
  path: item,
  summary: 'Replace a role; what the server owns may be echoed',
  body: RoleReplacement,
  answers: { 200: Role },
  etag: 'required',
  refusals: [...actingAs, 'name-taken'],
  run: async ({ context, actor, body, param, ifMatch }) => {
    const { name: newName, display_name: displayName, permissions } = body
    const fields = { name: newName, displayName, permissions }
    const which = { id: param('role_id'), ifMatch, echo: toEcho(body), changes: fields }
    return replyWith(await changes.update(context, actor, which), show)
  },
})

const update = operation({
  name: 'roles.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a role',
  body: RoleChange,
  answers: { 200: Role },
  etag: 'required',
  refusals: [...actingAs, 'name-taken'],
  run: async ({ context, actor, body, param, ifMatch }) => {
    const { name: newName, display_name: displayName, permissions } = body
    const fields = {
      ...(newName !== undefined && { name: newName }),
      ...(displayName !== undefined && { displayName }),
      ...(permissions !== undefined && { permissions }),
    }
    const which = { id: param('role_id'), ifMatch, echo: {}, changes: fields }
    return replyWith(await changes.update(context, actor, which), show)
  },
})

const remove = deletion({
  name: 'roles.delete',
  path: item,
  summary: 'Delete a role that is not bound',
  etag: 'required',
  refusals: [...actingAs, 'in-use'],
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofRole(context, actor, { id: param('role_id'), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    changes.remove(context, actor, { id: param('role_id'), ifMatch }),
})

/** `/admin/v1/roles` */
export const roleOperations: readonly Operation[] = [list, create, read, replace, update, remove]
