import { isJsonObject, type Json } from './json.ts'

const sizeOf = (value: Json): number => JSON.stringify(value).length

// Less than this of a value tells nothing.
const leastRoom = 24

/**
 * How much of the room each part gets: the small ones what they need, the large ones an equal share of
 * the rest; null: it has to be left out.
 */
const shareOut = (sizes: readonly number[], room: number): readonly (number | null)[] => {
  const shares: (number | null)[] = sizes.map(() => null)
  const bySize = [...sizes.entries()].sort(([, one], [, other]) => one - other)
  let rest = room
  for (const [nth, [index, size]] of bySize.entries()) {
    const share = Math.min(size, Math.max(leastRoom, Math.floor(rest / (sizes.length - nth))))
    if (share > rest) break
    shares[index] = share
    rest -= share
  }
  return shares
}

const shortenText = (text: string, room: number): string => {
  let end = room
  // Some letters take six in JSON.
  while (end > 0 && sizeOf(`${text.slice(0, end)}…`) > room) end = Math.floor(end * 0.9)
  return `${text.slice(0, end)}…`
}

// What is around the parts, and the note of how many are left out.
const noteRoom = 24

const shortenArray = (items: readonly Json[], room: number): Json => {
  const sizes = items.map((item) => sizeOf(item) + 1)
  const shares = shareOut(sizes, room - noteRoom)
  const kept = items.flatMap((item, i) => {
    const share = shares[i]
    return share == null ? [] : [shorten(item, share - 1)]
  })
  return kept.length < items.length ? [...kept, `… ${items.length - kept.length} more`] : kept
}

const shortenObject = (members: readonly [string, Json][], room: number): Json => {
  const sizes = members.map(([name, value]) => sizeOf(name) + sizeOf(value) + 2)
  const shares = shareOut(sizes, room - noteRoom)
  const kept = members.flatMap(([name, value], i): [string, Json][] => {
    const left = (shares[i] ?? 0) - sizeOf(name) - 2
    return left < Math.min(sizeOf(value), leastRoom) ? [] : [[name, shorten(value, left)]]
  })
  const missing = members.length - kept.length
  return Object.fromEntries(missing > 0 ? [...kept, ['…', missing]] : kept)
}

/**
 * A value that takes no more room as JSON, in characters. Small members, such as ids, stay as they are:
 * who and what can be read, however much there was of it. What was cut ends with an ellipsis.
 */
export const shorten = (value: Json, room: number): Json => {
  if (sizeOf(value) <= room) return value
  if (typeof value === 'string') return shortenText(value, room)
  if (Array.isArray(value)) return shortenArray(value, room)
  return isJsonObject(value) ? shortenObject(Object.entries(value), room) : value
}
