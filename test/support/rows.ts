/** Makes one row per value for `test.each`, which would take an array apart. */
export function rows<T>(values: readonly T[]): [T][] {
  return values.map((value) => [value])
}
