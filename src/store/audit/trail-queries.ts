import { and, asc, desc, eq, gt, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { KeptEvent } from '../../core/chain.ts'
import { rootPath } from '../../core/namespace.ts'
import { type Db, reach } from '../db.ts'
import { all, type PageQuery, withinAny } from '../page.ts'
import { auditEvents } from '../schema/audit.ts'
import { namespaces } from '../schema/tree.ts'
import { columns, type EventSearch, matching, toEvent } from './event-rows.ts'

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
