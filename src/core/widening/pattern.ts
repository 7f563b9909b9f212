import { parseGlob } from '../glob.ts'

/** One step of a pattern: a character, or (null) one or more of all characters but those in `stops`. */
interface Item {
  readonly char: string | null
  readonly stops: string
}

/**
 * A pattern as a small automaton without empty moves. Its states are the places between items; the
 * place behind a wildcard also loops on what the wildcard takes.
 */
export interface Pattern {
  readonly items: readonly Item[]
  /** For each place, the lowest one that need not be followed beside it. */
  readonly covers: readonly number[]
}

const literal = (text: string): Item[] => [...text].map((char) => ({ char, stops: '' }))

/**
 * Reads a glob by code points. `core/glob.ts` goes by UTF-16 units, which is the same for text without
 * lone surrogates, and no other text is ever compared.
 */
export const readGlob = (glob: string): Pattern => {
  const tokens = parseGlob(glob)
  if (!tokens.ok) return automaton([{ char: '', stops: '' }])
  return automaton(
    tokens.value.flatMap((token) =>
      token.kind === 'literal'
        ? literal(token.text)
        : [{ char: null, stops: token.kind === 'star' ? '/:' : ':' }],
    ),
  )
}

/** The pattern of one text. */
export const readText = (text: string): Pattern => automaton(literal(text))

const automaton = (items: readonly Item[]): Pattern => ({
  items,
  covers: [0, ...items.map((_, at) => coveredBy(items, at + 1))],
})

// Whatever can be read from a lower place on the way to this one, this place could have read in its
// loop: so it accepts all that the lower one does, and the sets of places stay small.
const coveredBy = (items: readonly Item[], place: number): number => {
  const loop = items[place - 1]
  if (loop?.char !== null) return place
  const within = ({ char, stops }: Item) =>
    char === null
      ? [...loop.stops].every((stop) => stops.includes(stop))
      : !loop.stops.includes(char)
  let lowest = place
  for (let at = place - 1; at >= 0; at -= 1) {
    const item = items[at]
    const before = items[at - 1]
    if (item === undefined || !within(item)) break
    if (before?.char === null && !within(before)) break
    lowest = at
  }
  return lowest
}

/** The places a pattern can be in, lowest first, after one more character. */
export const advance = (
  { items, covers }: Pattern,
  places: readonly number[],
  char: string,
): number[] => {
  const takes = (item: Item | undefined): boolean =>
    item?.char === null && !item.stops.includes(char)
  const reached: number[] = []
  const reach = (place: number): void => {
    if (reached.at(-1) !== place) reached.push(place)
  }
  for (const place of places) {
    const item = items[place]
    if (takes(items[place - 1])) reach(place)
    if (takes(item) || item?.char === char) reach(place + 1)
  }
  if (reached.length < 2) return reached
  return reached.filter(
    (place) => !reached.some((higher) => higher > place && (covers[higher] ?? higher) <= place),
  )
}

/** The characters that a pattern waits for in some places. */
export const awaited = ({ items }: Pattern, places: readonly number[]): string[] =>
  places.flatMap((place) => items[place]?.char ?? [])

/** Whether what was read until here is a whole value. */
export const isComplete = ({ items }: Pattern, places: readonly number[]): boolean =>
  places.at(-1) === items.length
