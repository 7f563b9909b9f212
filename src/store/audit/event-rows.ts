import { eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import type { PlatformActor } from '../../core/audit-actor.ts'
import { readObject } from '../../core/chain.ts'
import { all } from '../page.ts'
import { auditEvents } from '../schema/audit.ts'

/** The columns of an event. */
export const columns = {
  // As text: what somebody made of it may be no JSON any more.
  ...event(),
  platform: sql<string | null>`${auditEvents.platform}`,
}

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

/** A row as an event. */
export const toEvent = <Row extends { readonly platform: string | null }>({
  platform,
  ...row
}: Row) => ({
  ...row,
  platform: platform === null ? null : (readObject(platform) as PlatformActor | null),
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

/** The condition of a search. */
export const matching = ({ filter, seesPlatform }: EventSearch): SQL | undefined => {
  const { actorId, targetId, action, outcome, reason, since, until } = filter
  return all(
    actorId === undefined ? undefined : eq(auditEvents.actorId, actorId),
    // Whoever guesses right must not learn that he did.
    actorId === undefined || seesPlatform ? undefined : sql`${auditEvents.platform} IS NULL`,
    targetId === undefined ? undefined : eq(auditEvents.targetId, targetId),
    action === undefined ? undefined : eq(auditEvents.action, action),
    outcome === undefined ? undefined : eq(auditEvents.outcome, outcome),
    // A text that somebody broke is no JSON any more, at which the whole search would fail.
    reason === undefined
      ? undefined
      : sql`CASE WHEN json_valid(${auditEvents.content})
          THEN ${auditEvents.content} ->> '$.reason' END = ${reason}`,
    since === undefined ? undefined : gte(auditEvents.at, since),
    until === undefined ? undefined : lt(auditEvents.at, until),
  )
}
