import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { Difference } from '../../core/state/diff.ts'
import type { Snapshot } from './read.ts'

/** What the rules look at. */
export interface Ruling {
  readonly context: Context
  readonly actor: Actor
  /** Where the document begins. */
  readonly root: string
  readonly snapshot: Snapshot
  readonly difference: Difference
}
