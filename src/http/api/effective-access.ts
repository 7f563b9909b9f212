import * as z from 'zod'
import * as access from '../../admin/effective-access.ts'
import { ok } from '../../core/result.ts'
import { id, path } from './fields.ts'
import { type Operation, operation } from './operation.ts'

const Binding = z.object({
  id: id.nullable().describe('null where you may not read the bindings of its namespace'),
  role_id: id,
  role_name: z.string(),
  group_id: id.nullable().describe('The group through which the account has it; null: its own'),
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
  namespace_id: id,
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

const AccountAccess = z
  .object({
    service_account: z.object({ id, name: z.string(), namespace: path }),
    obstacles: z
      .array(z.enum(['account_disabled', 'account_suspended']))
      .describe('Why the account can have no token at all now'),
    resource_servers: z.array(Server),
  })
  .meta({
    id: 'AccountAccess',
    description: 'What an account may do where, and through which binding.',
  })

type Seen = access.EffectiveAccess<access.SeenBinding>

const bindingToWire = ({
  binding,
  impliesServersOf,
  counts,
  obstacles,
  permissions,
}: access.EffectiveBinding<access.SeenBinding>): z.input<typeof Binding> => ({
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

const ofAccount = operation({
  name: 'service-accounts.effective-access',
  method: 'GET',
  path: '/admin/v1/service-accounts/{service_account_id}:effective-access',
  summary: 'Say what an account may do where, and through which binding',
  description:
    'What a token carries unless the request or the trust policy asks for less. Judged by the rules of an exchange itself, from the database as it is now. A binding counts where it holds and everything below.',
  answers: { 200: AccountAccess },
  refusals: ['not-found', 'permission-denied', 'precondition-failed'],
  run: async ({ context, actor, param }) => {
    const found = await access.ofAccount(context, actor, param('service_account_id'))
    if (!found.ok) return found
    const { account, obstacles, servers } = found.value
    const body: z.input<typeof AccountAccess> = {
      service_account: {
        id: account.id,
        name: account.name,
        namespace: account.namespacePath,
      },
      obstacles: [...obstacles],
      resource_servers: servers.map(serverToWire),
    }
    return ok({ status: 200, body })
  },
})

/** `…:effective-access` of accounts and namespaces. */
export const effectiveAccessOperations: readonly Operation[] = [ofAccount]
