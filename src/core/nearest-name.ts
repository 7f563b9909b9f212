/** Finds the name that another was probably meant to be, if there is one. */
export const nearestName = (name: string, names: readonly string[]): string | undefined => {
  let nearest: string | undefined
  let least = name.length < 5 ? 1 : 2
  for (const other of names) {
    const distance = differenceAtOnePlace(name.toLowerCase(), other.toLowerCase())
    if (distance > least || (distance === least && nearest !== undefined)) continue
    nearest = other
    least = distance
  }
  return nearest
}

/**
 * How many characters differ between a common start and a common end: a slip, a swap, a letter too
 * many. Linear where a full edit distance is quadratic in names that the token chooses.
 */
const differenceAtOnePlace = (one: string, other: string): number => {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY
  const shorter = Math.min(one.length, other.length)
  let start = 0
  while (start < shorter && one[start] === other[start]) start += 1
  let end = 0
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  return Math.max(one.length, other.length) - start - end
}
