import type { Actor } from '../../core/holding.ts'
import type { Book } from './book.ts'

/** Who asks, and what everybody has before and after. */
export interface Judging {
  readonly actor: Actor
  readonly before: Book
  readonly after: Book
  /** The groups that the actor is in, by id. */
  readonly ownGroups: ReadonlySet<string>
}
