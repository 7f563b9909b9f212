import type { JsonObject } from './json.ts'
import { rootNamespaceId } from './namespace.ts'
import type { Place } from './place.ts'

/** Who acts: an account, a job with a code, the gateway by its clock, or whoever has the database. */
export type AuditActor =
  | {
      readonly type: 'service_account'
      readonly id: string
      readonly clientId: string
      readonly name: string
      readonly tenantId: string
      /** The bindings that it was judged by; null where it was not judged by any. */
      readonly bindings: readonly string[] | null
      /** How many events it may leave in a minute; left out: nobody counts. */
      readonly eventsPerMinute?: number
    }
  | { readonly type: 'pairing_code'; readonly id: string }
  | { readonly type: 'schedule' }
  | { readonly type: 'operator' }

/** In whose name changes are made, and what the operation is called. */
export interface Author {
  readonly actor: AuditActor
  /** The name of the operation, or of the duty. */
  readonly action: string
  readonly requestId: string | null
  readonly source: string | null
  readonly userAgent: string | null
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** The author of what the clock makes the gateway do. */
export const byTheClock = (nowMs: number, source: string): Author => ({
  actor: { type: 'schedule' },
  action: 'schedule',
  requestId: null,
  source,
  userAgent: null,
  nowMs,
})

/** Who it was, where the chain says no more than "platform". */
export interface PlatformActor {
  readonly id: string
  readonly client_id: string
  readonly name: string
  readonly source: string | null
  readonly user_agent: string | null
}

const ofAccount = (author: Author): PlatformActor | null => {
  const { actor, source, userAgent } = author
  if (actor.type !== 'service_account') return null
  return {
    id: actor.id,
    client_id: actor.clientId,
    name: actor.name,
    source,
    user_agent: userAgent,
  }
}

/** Who is hidden from the reader of a tenant's chain: an account of `/` acting there; else null. */
export const hiddenActor = ({ tenantId }: Place, author: Author): PlatformActor | null =>
  author.actor.type === 'service_account' &&
  author.actor.tenantId === rootNamespaceId &&
  tenantId !== rootNamespaceId
    ? ofAccount(author)
    : null

/**
 * What commits an event to an actor that it does not show: a digest of this text. The account's id
 * cannot be guessed, so the digest says nothing, and proves afterwards who it was.
 */
export const markText = (eventId: string, actor: PlatformActor): string =>
  JSON.stringify([eventId, actor.id, actor.client_id, actor.source, actor.user_agent])

/** An actor as an event shows it: hidden behind a mark, or by its names. */
export const actorToWire = ({ actor }: Author, mark: string | null): JsonObject => {
  if (mark !== null) return { type: 'platform', mark }
  if (actor.type === 'pairing_code') return { type: actor.type, id: actor.id }
  if (actor.type !== 'service_account') return { type: actor.type }
  return { type: actor.type, id: actor.id, client_id: actor.clientId, name: actor.name }
}
