import { and, asc, desc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { PlatformActor } from '../core/audit-actor.ts'
import { type KeptEvent, readObject } from '../core/chain.ts'
import { rootPath } from '../core/namespace.ts'
import { type Db, reach } from './db.ts'
import { all, type PageQuery, withinAny } from './page.ts'
import { auditEvents } from './schema/audit.ts'
import { namespaces } from './schema/tree.ts'

/** An event, and the path of where it may be read now. */
export interface ReadEvent {
  readonly event: KeptEvent
  readonly path: string
}

const here = alias(namespaces, 'here')
const tenant = alias(namespaces, 'tenant')

// Namespaces move, and are deleted: then their events are the tenant's, and those of a deleted tenant
// are the house's. By id, so that a name that was made again inherits nothing (R32).
const path = sql<string>`coalesce(${here.path}, ${tenant.path}, ${rootPath})`

// As text: what somebody made of it may be no JSON any more.
const columns = { ...event(), platform: sql<string | null>`${auditEvents.platform}` }

function event() {
  const { tenantId, sequence, id, at, content, hash } = auditEvents
  const { actorId, action, outcome, namespaceId, targetId } = auditEvents
  return {
    tenantId,
    sequence,
    id,
    at,
    content,
    hash,
    actorId,
    action,
    outcome,
    namespaceId,
    targetId,
  }
}

const toEvent = <Row extends { readonly platform: string | null }>({ platform, ...row }: Row) => ({
  ...row,
  platform: platform === null ? null : (readObject(platform) as PlatformActor | null),
})

const select = (db: Db) =>
  db.orm
    .select({ event: columns, path })
    .from(auditEvents)
    .leftJoin(
      here,
      and(eq(here.id, auditEvents.namespaceId), eq(here.tenantId, auditEvents.tenantId)),
    )
    .leftJoin(tenant, eq(tenant.id, auditEvents.tenantId))

/** One event by its id. */
export const findEvent = (db: Db, id: string): Promise<ReadEvent | undefined> =>
  reach(db, async () => {
    const row = await select(db).where(eq(auditEvents.id, id)).get()
    return row && { ...row, event: toEvent(row.event) }
  })

/** What events are looked for by; what is left out says nothing. */
export interface EventFilter {
  readonly actorId?: string | undefined
  readonly targetId?: string | undefined
  readonly action?: string | undefined
  readonly outcome?: 'done' | 'refused' | undefined
  readonly reason?: string | undefined
  /** Epoch milliseconds; the first that counts, and the first that does not any more. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** A search of events. */
export interface EventSearch {
  readonly filter: EventFilter
  /** Whether hidden actors can be looked for. */
  readonly seesPlatform: boolean
}

const matching = ({ filter, seesPlatform }: EventSearch): SQL | undefined => {
  const { actorId, targetId, action, outcome, reason, since, until } = filter
  return all(
    actorId === undefined ? undefined : eq(auditEvents.actorId, actorId),
    // Whoever guesses right must not learn that he did.
    actorId === undefined || seesPlatform ? undefined : sql`${auditEvents.platform} IS NULL`,
    targetId === undefined ? undefined : eq(auditEvents.targetId, targetId),
    action === undefined ? undefined : eq(auditEvents.action, action),
    outcome === undefined ? undefined : eq(auditEvents.outcome, outcome),
    reason === undefined ? undefined : sql`${auditEvents.content} ->> '$.reason' = ${reason}`,
    since === undefined ? undefined : gte(auditEvents.at, since),
    until === undefined ? undefined : lt(auditEvents.at, until),
  )
}

/** Events at or below some places, newest first; in the order of the chain where it is one tenant's. */
export const listEvents = (
  db: Db,
  query: PageQuery & EventSearch & { readonly tenantId: string | null },
): Promise<ReadEvent[]> => {
  const { tenantId, after } = query
  const { id, sequence } = auditEvents
  const later =
    tenantId === null
      ? sql`${id} < ${after}`
      : sql`${sequence} < (SELECT sequence FROM audit_events WHERE id = ${after})`
  return reach(db, async () => {
    const rows = await select(db)
      .where(
        all(
          tenantId === null ? undefined : eq(auditEvents.tenantId, tenantId),
          withinAny(path, query.places),
          query.within === undefined ? undefined : withinAny(path, [query.within]),
          matching(query),
          after === null ? undefined : later,
        ),
      )
      .orderBy(desc(tenantId === null ? id : sequence))
      .limit(query.limit + 1)
    return rows.map((row) => ({ ...row, event: toEvent(row.event) }))
  })
}

/** A part of a chain, in its order. */
export const readChain = (
  db: Db,
  chain: { readonly tenantId: string; readonly after: number; readonly limit: number },
  search: EventSearch = { filter: {}, seesPlatform: true },
): Promise<KeptEvent[]> =>
  reach(db, async () => {
    const rows = await db.orm
      .select(columns)
      .from(auditEvents)
      .where(
        all(
          eq(auditEvents.tenantId, chain.tenantId),
          gt(auditEvents.sequence, chain.after),
          matching(search),
        ),
      )
      .orderBy(asc(auditEvents.sequence))
      .limit(chain.limit)
    return rows.map(toEvent)
  })

/** Whether anything ever happened in a tenant. */
export const hasChain = async (db: Db, tenantId: string): Promise<boolean> =>
  (await readChain(db, { tenantId, after: 0, limit: 1 })).length > 0
