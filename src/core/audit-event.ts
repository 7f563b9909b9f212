import { type Author, actorToWire } from './audit-actor.ts'
import { targetToWire } from './audit-target.ts'
import type { JsonObject } from './json.ts'
import { oneLine } from './one-line.ts'
import type { Place } from './place.ts'
import { redact } from './redact.ts'
import { shorten } from './shorten.ts'
import { inWireWords } from './wire-words.ts'

/** What is to be told of a change, or of an attempt. */
export interface Happening {
  /** The id of what it is about; null where there is none. */
  readonly target: string | null
  /** What it became, or what was wanted, by members of ours; in objects below, by the words of the API. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Why it was refused; left out: it was done. */
  readonly reason?: string
}

/** The last event of a chain. */
export interface ChainHead {
  /** 0 before the first. */
  readonly sequence: number
  /** 64 zeros before the first. */
  readonly hash: string
}

/** Where every chain begins. */
export const noHead: ChainHead = { sequence: 0, hash: '0'.repeat(64) }

const maxDetails = 16_384

const detailsToWire = (details: Happening['details']): JsonObject | null => {
  if (details === undefined) return null
  return shorten(redact(inWireWords(details)), maxDetails) as JsonObject
}

/** Everything that an event is made of. */
export interface EventParts {
  readonly id: string
  /** RFC 3339, UTC. */
  readonly at: string
  readonly head: ChainHead
  readonly place: Place
  readonly author: Author
  readonly happening: Happening
  /** The digest of `markText`, where the actor is hidden. */
  readonly mark: string | null
}

/**
 * The text of an event, which its hash is taken over and which is never changed: one line of JSON.
 * It names the hash of the event before it, so that none can be altered, left out or moved.
 */
export const eventText = ({ id, at, head, place, author, happening, mark }: EventParts): string =>
  oneLine({
    sequence: head.sequence + 1,
    id,
    at,
    tenant_id: place.tenantId,
    namespace_id: place.namespaceId,
    namespace: place.namespacePath,
    action: author.action,
    outcome: happening.reason === undefined ? 'done' : 'refused',
    reason: happening.reason ?? null,
    actor: actorToWire(author, mark),
    target: targetToWire(happening.target),
    details: detailsToWire(happening.details),
    request_id: author.requestId,
    source: mark === null ? author.source : null,
    user_agent: mark === null ? author.userAgent : null,
    previous_hash: head.hash,
  })
