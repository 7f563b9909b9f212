import type { BatchItem } from 'drizzle-orm/batch'

/** What is to hold and to happen in the same transaction as a save, and what its event tells of it. */
export interface Beside {
  /** Checked after the save's own. */
  readonly guards: readonly BatchItem<'sqlite'>[]
  readonly statements: readonly BatchItem<'sqlite'>[]
  readonly details: Readonly<Record<string, unknown>>
}

/** Nothing at all. */
export const nothingBeside: Beside = { guards: [], statements: [], details: {} }
