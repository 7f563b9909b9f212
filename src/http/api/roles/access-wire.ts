import * as z from 'zod'
import type {
  EffectiveAccess,
  EffectiveBinding,
  SeenBinding,
} from '../../../admin/roles/effective-access.ts'
import { id, idOf, path } from '../fields.ts'

const Binding = z.object({
  id: id.nullable().describe('null where you may not read the bindings of its namespace'),
  role_id: idOf('role'),
  role_name: z.string(),
  group_id: idOf('group')
    .nullable()
    .describe('The group through which the account has it; null: its own'),
  group_name: z.string().nullable(),
  counts: z.boolean().describe('Whether tokens carry its permissions now'),
  obstacles: z
    .array(z.enum(['above_account', 'namespace_suspended']))
    .describe('Why it gives nothing now'),
  permissions: z.array(z.string()),
  implies_all_of: path
    .nullable()
    .describe(
      '`owner` and `deployer` imply every permission of the resource servers of this namespace and below: to hand them out, and never in a token',
    ),
})

const Place = z.object({
  namespace: path,
  namespace_id: idOf('namespace'),
  permissions: z.array(z.string()).describe('What counts here and below, now'),
  bindings: z.array(Binding),
})

const Server = z.object({
  id,
  identifier: z.string(),
  namespace: path,
  within_ceiling: z.boolean().describe('Whether `resource_server_ids` of the account lets it in'),
  obstacles: z
    .array(z.enum(['outside_ceiling', 'other_tenant']))
    .describe('Why no token can be for it'),
  namespaces: z.array(Place),
})

/** What an account may do, without saying which account. */
export const accessMembers = {
  obstacles: z
    .array(z.enum(['account_disabled', 'account_suspended']))
    .describe('Why the account can have no token at all now'),
  resource_servers: z.array(Server),
}

const Access = z.object(accessMembers)

type Seen = EffectiveAccess<SeenBinding>

const bindingToWire = ({
  binding,
  impliesServersOf,
  counts,
  obstacles,
  permissions,
}: EffectiveBinding<SeenBinding>): z.input<typeof Binding> => ({
  id: binding.hidden ? null : binding.id,
  role_id: binding.roleId,
  role_name: binding.roleName,
  group_id: binding.groupId,
  group_name: binding.groupName,
  counts,
  obstacles: [...obstacles],
  permissions: [...permissions],
  implies_all_of: impliesServersOf,
})

const serverToWire = ({
  server,
  obstacles,
  places,
}: Seen['servers'][number]): z.input<typeof Server> => ({
  id: server.id,
  identifier: server.identifier,
  namespace: server.namespacePath,
  within_ceiling: !obstacles.includes('outside_ceiling'),
  obstacles: [...obstacles],
  namespaces: places.map((place) => ({
    namespace: place.namespacePath,
    namespace_id: place.namespaceId,
    permissions: [...place.permissions],
    bindings: place.bindings.map(bindingToWire),
  })),
})

/** What an account may do, as it leaves the house. */
export const accessToWire = ({ obstacles, servers }: Seen): z.input<typeof Access> => ({
  obstacles: [...obstacles],
  resource_servers: servers.map(serverToWire),
})
