import * as z from 'zod'
import type { RoleEcho } from '../../../admin/roles/role-changes.ts'
import type { StoredRole } from '../../../admin/roles/roles.ts'
import { answeredTime, freeText, id, idOf, name, path, toTime } from '../fields.ts'
import { permissionNames } from '../permission-names.ts'
import type { Wire } from '../wire.ts'

const permissions = permissionNames.min(1)

/** A role as it is created. */
export const RoleBody = z.strictObject({
  namespace: path,
  name,
  display_name: freeText.nullable().default(null),
  resource_server_id: idOf('resource server'),
  permissions,
})

/** A role as it is replaced: what the server owns may be echoed, unchanged. */
export const RoleReplacement = z.strictObject({
  name,
  display_name: freeText.nullable().default(null),
  permissions,
  id: id.optional(),
  namespace: path.optional(),
  resource_server_id: idOf('resource server').optional(),
  version: z.number().optional(),
  created_at: z.string().optional(),
})

/** What of a role can be changed. */
export const RoleChange = z.strictObject({
  name: name.optional(),
  display_name: freeText.nullable().optional(),
  permissions: permissions.optional(),
})

/** The echoed members, as the code knows them. */
export const toEcho = (body: z.output<typeof RoleReplacement>): RoleEcho => ({
  ...(body.id !== undefined && { id: body.id }),
  ...(body.namespace !== undefined && { namespacePath: body.namespace }),
  ...(body.resource_server_id !== undefined && { resourceServerId: body.resource_server_id }),
  ...(body.version !== undefined && { version: body.version }),
  ...(body.created_at !== undefined && { createdAt: Date.parse(body.created_at) }),
})

export const Role = z
  .object({
    id,
    version: z.number().int(),
    namespace: path,
    name,
    display_name: freeText.nullable(),
    resource_server_id: idOf('resource server'),
    permissions,
    created_at: answeredTime,
  })
  .meta({ id: 'Role', description: 'Permissions of one resource server under a name.' })

/** A role as it is answered. */
export const roleToWire = (role: StoredRole): Wire<typeof Role> => ({
  id: role.id,
  version: role.version,
  namespace: role.namespacePath,
  name: role.name,
  display_name: role.displayName,
  resource_server_id: role.resourceServerId,
  permissions: role.permissions,
  created_at: toTime(role.createdAt),
})
