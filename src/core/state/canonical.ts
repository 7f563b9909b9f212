import { isJsonObject, type Json } from '../json.ts'
import type { Entries, Kind } from './entry.ts'
import { keyText } from './keys.ts'

/** The text of a JSON value in which the order of members says nothing. */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`)
  return `{${members.join()}}`
}

// Lists in which order and repetition say nothing.
const sets: ReadonlySet<string> = new Set([
  'permissions',
  'grant_types',
  'resource_servers',
  'scope',
  'acknowledge',
  'algorithms',
  'members',
])

const sorted = (list: readonly Json[]): readonly Json[] =>
  [...new Map(list.map((item) => [canonical(item), item]))]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item)

/** An object with its sets in order: two that mean the same are the same text. */
export const normalize = <K extends Kind>(entry: Entries[K]): Entries[K] =>
  Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [
      name,
      sets.has(name) && Array.isArray(value) ? sorted(value) : value,
    ]),
  ) as unknown as Entries[K]

/** Objects of one kind in the order of their keys. */
export const inKeyOrder = <K extends Kind>(
  kind: K,
  entries: readonly Entries[K][],
): readonly Entries[K][] =>
  entries
    .map((entry) => [keyText(kind, entry), entry] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, entry]) => entry)
