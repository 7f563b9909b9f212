import type { Context } from '../../context.ts'
import { type Actor, ownsAt, placesOf } from '../../core/holding.ts'
import {
  isNamespacePath,
  namespacePathProblem,
  parentPath,
  rootPath,
} from '../../core/namespace.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { maxNamespaces } from '../../core/tree-limits.ts'
import { newId } from '../../crypto/random.ts'
import {
  addNamespace,
  findNamespace,
  findNamespaceByPath,
  listNamespaces,
  type Namespace,
} from '../../store/tree/namespaces.ts'
import { refuseChange, refuseReading } from '../actor.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'

export type { Namespace } from '../../store/tree/namespaces.ts'

/** A namespace at a path, and what it takes to read or change it. */
export const guarded = (path: string) =>
  ({ path, read: 'namespaces:read', write: 'namespaces:write' }) as const

/** What a new namespace is made of. */
export interface NewNamespace {
  readonly path: string
  readonly kind: string
  readonly displayName: string | null
}

/** Which namespaces are looked for. */
export interface NamespaceQuery extends ListQuery {
  readonly path?: string | undefined
  readonly namespace?: string | undefined
  readonly kind?: string | undefined
}

/** Lists the namespaces that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: NamespaceQuery,
): Promise<Result<Page<Namespace>, Problem>> => {
  const page = await readPage(context, actor, query, 'namespaces')
  if (!page.ok) return page
  const rows = await listNamespaces(context.db, {
    places: placesOf(actor, 'namespaces:read'),
    path: query.path,
    within: query.namespace,
    kind: query.kind,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection: 'namespaces' }))
}

/** Finds one namespace that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<Namespace, Problem>> => {
  const namespace = await findNamespace(context.db, id)
  const refused = namespace && refuseReading(actor, 'namespaces:read', namespace.path)
  return namespace === undefined || refused ? err(notFound) : ok(namespace)
}

/** The problem of a tenant that would have too many namespaces. */
export const tooManyNamespaces = problem(
  'quota-exceeded',
  `a tenant has at most ${maxNamespaces} namespaces`,
)

/** Makes a namespace below one that exists. Top-level ones, the tenants, need an owner of `/`. */
export const create = async (
  context: Context,
  actor: Actor,
  wanted: NewNamespace,
): Promise<Result<Namespace, Problem>> => {
  const above = parentPath(wanted.path)
  const refused = refuseChange(actor, guarded(above))
  // A parent that the actor may not read is a reference into nowhere.
  if (refused) return err(refused === notFound ? invalidReference('/path') : refused)
  if (above === rootPath && !ownsAt(actor, rootPath)) {
    return err(problem('permission-denied', 'top-level namespaces are made by an owner of /'))
  }
  if (!isNamespacePath(wanted.path)) return err(namespacePathProblem)
  const parent = await findNamespaceByPath(context.db, above)
  if (parent === undefined) return err(invalidReference('/path'))
  const id = newId('ns', context.nowMs)
  const namespace: Namespace = {
    id,
    ...wanted,
    parentId: parent.id,
    tenantId: above === rootPath ? id : parent.tenantId,
    enabled: true,
    namedTokensMaxDays: null,
    wideningNeedsApproval: false,
    createdAt: context.nowMs,
  }
  const outcome = await addNamespace(context.db, namespace)
  if (outcome.kind === 'guard') {
    return err(outcome.index === 0 ? invalidReference('/path') : tooManyNamespaces)
  }
  if (outcome.kind === 'constraint') {
    return err(problem('name-taken', `there is a namespace ${wanted.path} already`))
  }
  return ok(namespace)
}
