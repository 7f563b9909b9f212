import type { Context } from '../../context.ts'
import type { KeptEvent } from '../../core/chain.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import { rootNamespaceId, rootPath, tenantPath } from '../../core/namespace.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { EventFilter } from '../../store/audit/event-rows.ts'
import { findEvent, listEvents } from '../../store/audit/trail-queries.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { refuseLacking, refuseReading } from '../actor.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'

const reading = 'audit-events:read'

/** What a search of the trail is asked. */
export interface EventQuery extends ListQuery, EventFilter {
  readonly namespace?: string | undefined
}

/** An event for its reader, who may see whom a mark hides, or not. */
export interface ShownEvent {
  readonly id: string
  readonly event: KeptEvent
  readonly seesPlatform: boolean
}

/** Whether the actor may see who acts as "platform": whoever reads the trail of the house. */
export const seesPlatform = (actor: Actor): boolean => placesOf(actor, reading).includes(rootPath)

// An empty list would say that nothing happened.
const refuseStranger = (actor: Actor): Problem | null =>
  placesOf(actor, reading).length > 0
    ? null
    : refuseLacking(actor, reading, actor.account.namespacePath)

// In one tenant the chain's own order serves; a search of the whole house goes by time.
const tenantOf = async (
  { db }: Context,
  { account }: Actor,
  namespace: string | undefined,
): Promise<string | null> => {
  if (account.tenantId !== rootNamespaceId) return account.tenantId
  if (namespace === undefined || namespace === rootPath) return null
  return (await findNamespaceByPath(db, tenantPath(namespace)))?.id ?? null
}

/** Searches the trail where the actor may read it, newest first. */
export const list = async (
  context: Context,
  actor: Actor,
  query: EventQuery,
): Promise<Result<Page<ShownEvent>, Problem>> => {
  const refused = refuseStranger(actor)
  if (refused) return err(refused)
  const page = await readPage(context, actor, query, 'audit-events')
  if (!page.ok) return page
  const sees = seesPlatform(actor)
  const rows = await listEvents(context.db, {
    tenantId: await tenantOf(context, actor, query.namespace),
    places: placesOf(actor, reading),
    within: query.namespace,
    filter: query,
    seesPlatform: sees,
    ...page.value,
  })
  const shown = rows.map(({ event }) => ({ id: event.id, event, seesPlatform: sees }))
  return ok(await toPage(context, actor, shown, { ...page.value, collection: 'audit-events' }))
}

/** Finds one event; one that is not there and one that may not be read look alike. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<ShownEvent, Problem>> => {
  const found = await findEvent(context.db, id)
  if (found === undefined) return err(notFound)
  const refused = refuseReading(actor, reading, found.path)
  return refused ? err(refused) : ok({ id, event: found.event, seesPlatform: seesPlatform(actor) })
}
