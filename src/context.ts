import type { Config } from './config.ts'
import type { Preset } from './core/preset.ts'
import type { Seal } from './core/seal.ts'
import type { KeySetsEnvironment } from './crypto/key-sets.ts'
import type { LogEvent } from './log.ts'
import type { Notifier } from './notify/notifier.ts'
import type { Db } from './store/db.ts'
import type { ReplayMemory } from './store/exchange/replay-kv.ts'

/** All that one request may touch. Built in `compose.ts` and nowhere else. */
export interface Context {
  readonly config: Config
  readonly db: Db
  readonly replay: ReplayMemory
  readonly keySets: KeySetsEnvironment
  readonly seal: Seal
  /** Tells subscribers by webhook or e-mail. */
  readonly notifier: Notifier
  readonly presets: ReadonlyMap<string, Preset>
  /** Read once per request, in epoch milliseconds; rules get it as an argument. */
  readonly nowMs: number
  /** Where the request came from, as the platform says it. */
  readonly source: string
  /** True in the development entry, which alone admits issuers on loopback. */
  readonly loopback: boolean
  /** Milliseconds left until this request must be answered. */
  readonly remainingMs: () => number
  /** Gives this request so many milliseconds in all, since it began. */
  readonly extendDeadline: (patienceMs: number) => void
  /** Counts a failed secret; false once there were too many of them. */
  readonly countFailure: (key: string) => Promise<boolean>
  /** Keeps work alive after the response has left. */
  readonly defer: (work: Promise<unknown>) => void
  readonly log: (event: LogEvent) => void
}

/** The request's time in epoch seconds. */
export const nowSeconds = (context: Context): number => Math.floor(context.nowMs / 1000)
