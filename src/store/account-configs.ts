import type { AccountConfig } from '../core/account-config.ts'
import { readAccountConfig, type Spent, type SpentQuery } from './account-config.ts'
import type { Db } from './db.ts'

/** A configuration, and whether it may be out of date. */
export interface ConfigRead {
  readonly config: AccountConfig
  readonly cached: boolean
  /** Whether what was asked about is spent; only a fresh read knows. */
  readonly spent: Spent
}

const unknown: Spent = { token: false, assertion: false }

// In characters of the rows, which is about what they weigh in memory.
const maxWeight = 8 * 1024 * 1024
const maxWeightEach = 128 * 1024

// Safe to keep: the claim checks the versions before anything is issued from it, and nothing is
// refused from it (semantics, section 6). Only accounts that exist get in, so strangers cannot
// push them out.
const cached = new Map<string, { readonly config: AccountConfig; readonly weight: number }>()
let cachedWeight = 0

const forget = (clientId: string): void => {
  cachedWeight -= cached.get(clientId)?.weight ?? 0
  cached.delete(clientId)
}

// Bounded by weight, not by number: one tenant's large key sets must not fill the isolate for all.
const keep = (clientId: string, config: AccountConfig, weight: number): void => {
  forget(clientId)
  if (config.account === null || weight > maxWeightEach) return
  for (const oldest of cached.keys()) {
    if (cachedWeight + weight <= maxWeight) break
    forget(oldest)
  }
  cached.set(clientId, { config, weight })
  cachedWeight += weight
}

/** The configuration as the isolate last saw it, if it did. */
export const rememberedConfig = (clientId: string): ConfigRead | undefined => {
  const known = cached.get(clientId)
  return known && { config: known.config, cached: true, spent: unknown }
}

/** The configuration as the database has it now: one round trip, known client or not. */
export const freshConfig = async (
  db: Db,
  clientId: string,
  spent: SpentQuery | null,
): Promise<ConfigRead> => {
  const { weight, ...read } = await readAccountConfig(db, clientId, spent)
  keep(clientId, read.config, weight)
  return { ...read, cached: false }
}
