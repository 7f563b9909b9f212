/** Values by key that an isolate remembers, up to a weight: the longest known go first. */
export interface BoundedMemory<T> {
  readonly get: (key: string) => T | undefined
  /** Remembers a value, unless it alone is too heavy; what was known under the key is gone. */
  readonly keep: (key: string, value: T, weight: number) => void
  readonly forget: (key: string) => void
}

/**
 * Makes a memory that is bounded by weight and not by number: a few large values must not fill the
 * isolate for all. Weights are in characters, which is about what text weighs.
 */
export const boundedMemory = <T>(max: {
  readonly weight: number
  readonly weightEach: number
}): BoundedMemory<T> => {
  const known = new Map<string, { readonly value: T; readonly weight: number }>()
  let total = 0
  const forget = (key: string): void => {
    total -= known.get(key)?.weight ?? 0
    known.delete(key)
  }
  const keep = (key: string, value: T, weight: number): void => {
    forget(key)
    if (weight > max.weightEach) return
    for (const oldest of known.keys()) {
      if (total + weight <= max.weight) break
      forget(oldest)
    }
    known.set(key, { value, weight })
    total += weight
  }
  return { get: (key) => known.get(key)?.value, keep, forget }
}
