import type { Context } from '../context.ts'

/** Something that the clock makes the gateway do. */
export interface Duty {
  readonly name: string
  /**
   * Does what is due now, and says how much of what that was. Whatever it leaves for want of time,
   * the next run finds; so it minds `context.remainingMs()`.
   */
  readonly run: (context: Context) => Promise<Readonly<Record<string, number>>>
}
