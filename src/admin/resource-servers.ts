import type { Context } from '../context.ts'
import { type Actor, placesOf } from '../core/holding.ts'
import { invalidReference, notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { newId } from '../crypto/random.ts'
import {
  addResourceServer,
  findResourceServer,
  listResourceServers,
  type StoredResourceServer,
} from '../store/resource-servers.ts'
import { findNamespaceByPath } from '../store/tree/namespaces.ts'
import { mayReadVisible } from './actor.ts'
import { refuseIdentifier } from './identifier.ts'
import { type Page, readPage, type SubtreeQuery, toPage } from './page.ts'
import { refuseMaking, refuseUnlessOwner } from './visible.ts'

export type { StoredResourceServer } from '../store/resource-servers.ts'

const collection = 'resource-servers'

const guarded = (path: string) =>
  ({ path, read: 'resource-servers:read', write: 'resource-servers:write' }) as const

/** What of a resource server can be chosen at any time. */
export type ResourceServerFields = Pick<
  StoredResourceServer,
  'name' | 'permissions' | 'tokenTtlSeconds'
>

/** What a new resource server is made of. */
export interface NewResourceServer extends ResourceServerFields {
  readonly namespace: string
  readonly identifier: string
}

/** Lists the resource servers that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: SubtreeQuery,
): Promise<Result<Page<StoredResourceServer>, Problem>> => {
  const page = await readPage(context, actor, query, collection)
  if (!page.ok) return page
  const rows = await listResourceServers(context.db, {
    places: placesOf(actor, 'resource-servers:read'),
    within: query.namespace,
    name: query.name,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection }))
}

/** Finds one resource server that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<StoredResourceServer, Problem>> => {
  const server = await findResourceServer(context.db, id)
  const readable =
    server !== undefined && mayReadVisible(actor, 'resource-servers:read', server.namespacePath)
  return readable ? ok(server) : err(notFound)
}

/** Makes a resource server; its identifier is fixed and unique in the deployment. */
export const create = async (
  context: Context,
  actor: Actor,
  { namespace: path, ...wanted }: NewResourceServer,
): Promise<Result<StoredResourceServer, Problem>> => {
  const refused =
    refuseMaking(actor, guarded(path)) ??
    refuseUnlessOwner(actor, path) ??
    refuseIdentifier(wanted.identifier, context)
  if (refused) return err(refused)
  const namespace = await findNamespaceByPath(context.db, path)
  if (namespace === undefined) return err(invalidReference('/namespace'))
  const server: StoredResourceServer = {
    id: newId('rs', context.nowMs),
    ...wanted,
    namespaceId: namespace.id,
    namespacePath: path,
    tenantId: namespace.tenantId,
    version: 1,
    createdAt: context.nowMs,
  }
  const outcome = await addResourceServer(context.db, server)
  if (outcome.kind === 'done') return ok(server)
  if (outcome.kind === 'guard') return err(invalidReference('/namespace'))
  return err(problem('identifier-taken', 'another resource server has this identifier'))
}
