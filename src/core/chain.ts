import type { PlatformActor } from './audit-actor.ts'
import type { ChainHead } from './audit-event.ts'
import { isJsonObject, type JsonObject, member } from './json.ts'

/** One event as far as its chain goes. */
export interface Link {
  readonly sequence: number
  /** The text that the hash is over. */
  readonly content: string
  readonly hash: string
}

/** An event as it is kept: beside the text, what it is found by. */
export interface KeptEvent extends Link {
  readonly tenantId: string
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly actorId: string | null
  readonly platform: PlatformActor | null
  readonly action: string
  readonly outcome: string
  readonly namespaceId: string
  readonly targetId: string | null
}

/** What is wrong with the first event that is not as it was written. */
export type ChainProblem =
  | 'altered'
  | 'missing'
  | 'out_of_order'
  | 'column_mismatch'
  | 'mark_mismatch'

/** An object out of its text; null where it is none. */
export const readObject = (text: string): JsonObject | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

/**
 * What speaks against an event as the next one of its chain; null: nothing does. An event whose hash
 * was made to fit its new text is found at the one after it, which names the old hash, or by a head
 * that was noted elsewhere.
 */
export const linkProblem = (
  head: ChainHead,
  { sequence, content, hash }: Link,
  digest: string,
): ChainProblem | null => {
  if (sequence > head.sequence + 1) return 'missing'
  if (sequence <= head.sequence) return 'out_of_order'
  const told = readObject(content)
  if (digest !== hash || told === null) return 'altered'
  if (member(told, 'sequence') !== sequence) return 'out_of_order'
  return member(told, 'previous_hash') === head.hash ? null : 'altered'
}

const idOf = (told: JsonObject, name: string): string | null => {
  const named = member(told, name)
  const id = isJsonObject(named ?? null) ? member(named as JsonObject, 'id') : null
  return typeof id === 'string' ? id : null
}

const isHidden = (told: JsonObject): boolean => {
  const actor = member(told, 'actor') ?? null
  return isJsonObject(actor) && member(actor, 'type') === 'platform'
}

const agrees = (told: JsonObject, event: KeptEvent): boolean =>
  member(told, 'tenant_id') === event.tenantId &&
  member(told, 'namespace_id') === event.namespaceId &&
  member(told, 'id') === event.id &&
  member(told, 'action') === event.action &&
  member(told, 'outcome') === event.outcome &&
  idOf(told, 'target') === event.targetId &&
  (isHidden(told) || (idOf(told, 'actor') === event.actorId && event.platform === null))

/**
 * What speaks against the columns beside an event's text, by which it is found and which say whom a
 * mark hides. `mark` is the digest of whom the column names; null where it names nobody.
 */
export const columnProblem = (
  event: KeptEvent,
  mark: string | null,
  readTime: (text: string) => number,
): ChainProblem | null => {
  const told = readObject(event.content) ?? {}
  const at = readTime(String(member(told, 'at')))
  if (at !== event.at || !agrees(told, event)) return 'column_mismatch'
  if (!isHidden(told)) return null
  const shown = member(member(told, 'actor') as JsonObject, 'mark')
  return shown === mark && event.platform?.id === event.actorId ? null : 'mark_mismatch'
}

const closing = /^(.*),"hash":"([0-9a-f]{64})"\}$/

/** An event as a line of an export: its text, with the hash put before the last brace. */
export const lineOf = ({ content, hash }: Link): string =>
  `${content.slice(0, -1)},"hash":"${hash}"}`

/** A line of an export as an event again; null where it is none. */
export const readLine = (line: string): Link | null => {
  const [, opened, hash] = closing.exec(line) ?? []
  if (opened === undefined || hash === undefined) return null
  const content = `${opened}}`
  const sequence = member(readObject(content) ?? {}, 'sequence')
  return typeof sequence === 'number' ? { sequence, content, hash } : null
}
