import * as z from 'zod'
import * as changes from '../../admin/resource-server-changes.ts'
import * as resourceServers from '../../admin/resource-servers.ts'
import * as removals from '../../admin/tree/removals.ts'
import { deletion } from './dry-run.ts'
import { answeredTime, freeText, id, path, tokenTtl, toTime, within } from './fields.ts'
import { listOf, page, toList } from './lists.ts'
import { type Operation, operation } from './operation.ts'
import { permissionNames } from './permission-names.ts'
import { type Reply, replyWith } from './reply.ts'
import type { Wire } from './wire.ts'

const Create = z.strictObject({
  namespace: path,
  identifier: z.string().describe('The audience of its tokens: an absolute URI, fixed for good'),
  name: freeText,
  permissions: permissionNames,
  token_ttl_seconds: tokenTtl.default(600),
})

const Change = z.strictObject({
  name: freeText.optional(),
  permissions: permissionNames.optional(),
  token_ttl_seconds: tokenTtl.optional(),
})

const ResourceServer = z
  .object({
    id,
    namespace: path,
    identifier: z.string(),
    name: freeText,
    permissions: permissionNames,
    token_ttl_seconds: tokenTtl,
    created_at: answeredTime,
  })
  .meta({
    id: 'ResourceServer',
    description: 'An API that tokens are issued for, with the permissions it knows.',
  })

const toWire = (server: resourceServers.StoredResourceServer): Wire<typeof ResourceServer> => ({
  id: server.id,
  namespace: server.namespacePath,
  identifier: server.identifier,
  name: server.name,
  permissions: server.permissions,
  token_ttl_seconds: server.tokenTtlSeconds,
  created_at: toTime(server.createdAt),
})

const collection = '/admin/v1/resource-servers'
const item = `${collection}/{resource_server_id}`

const show = (server: resourceServers.StoredResourceServer): Reply => ({
  status: 200,
  body: toWire(server),
  version: server.version,
})

const list = operation({
  name: 'resource-servers.list',
  method: 'GET',
  path: collection,
  summary: 'List the resource servers that you may read',
  query: z.object({ ...page, namespace: within, name: freeText.optional() }),
  answers: { 200: listOf(ResourceServer) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await resourceServers.list(context, actor, query), toWire),
})

const create = operation({
  name: 'resource-servers.create',
  method: 'POST',
  path: collection,
  summary: 'Make a resource server',
  description: 'Only an owner of the namespace may: tokens are issued for its identifier.',
  body: Create,
  answers: { 201: ResourceServer },
  etag: 'answered',
  refusals: ['permission-denied', 'privilege-escalation', 'invalid-reference', 'identifier-taken'],
  run: async ({ context, actor, body }) => {
    const { token_ttl_seconds: tokenTtlSeconds, ...rest } = body
    const made = await resourceServers.create(context, actor, { ...rest, tokenTtlSeconds })
    return replyWith(made, (server) => ({
      ...show(server),
      status: 201,
      location: `${collection}/${server.id}`,
    }))
  },
})

const read = operation({
  name: 'resource-servers.read',
  method: 'GET',
  path: item,
  summary: 'Read a resource server',
  answers: { 200: ResourceServer },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await resourceServers.find(context, actor, param('resource_server_id')), show),
})

const update = operation({
  name: 'resource-servers.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a resource server: its name, permissions, life of its tokens',
  body: Change,
  answers: { 200: ResourceServer },
  etag: 'optional',
  refusals: ['not-found', 'permission-denied', 'privilege-escalation', 'in-use'],
  run: async ({ context, actor, body, param, ifMatch }) => {
    const { name, permissions, token_ttl_seconds: tokenTtlSeconds } = body
    const fields = {
      ...(name !== undefined && { name }),
      ...(permissions !== undefined && { permissions }),
      ...(tokenTtlSeconds !== undefined && { tokenTtlSeconds }),
    }
    const which = { id: param('resource_server_id'), ifMatch, changes: fields }
    return replyWith(await changes.update(context, actor, which), show)
  },
})

const remove = deletion({
  name: 'resource-servers.delete',
  path: item,
  summary: 'Delete a resource server that no role is about',
  etag: 'optional',
  refusals: ['not-found', 'permission-denied', 'privilege-escalation', 'in-use'],
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofServer(context, actor, { id: param('resource_server_id'), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    changes.remove(context, actor, { id: param('resource_server_id'), ifMatch }),
})

/** `/admin/v1/resource-servers` */
export const resourceServerOperations: readonly Operation[] = [list, create, read, update, remove]
