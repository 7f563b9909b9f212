import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until so much of a minute is left that what follows happens in one. */
export async function inOneMinute(ms: number): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < ms) await sleep(left + 10)
}
