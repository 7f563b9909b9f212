/**
 * Makes `total` calls, `width` of them at any time: as much as a flood sends, without asking of one
 * machine to be attacker, gateway and database all at once.
 */
export async function flood<T>(
  total: number,
  call: (index: number) => Promise<T>,
  width = 25,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const stream = async (): Promise<void> => {
    while (next < total) {
      const index = next++
      results[index] = await call(index)
    }
  }
  await Promise.all(Array.from({ length: width }, stream))
  return results
}
