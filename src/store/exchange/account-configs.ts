import type { AccountConfig } from '../../core/account-config.ts'
import { boundedMemory } from '../../core/bounded-memory.ts'
import type { Db } from '../db.ts'
import { readAccountConfig, type Spent, type SpentQuery } from './account-config.ts'

/** A configuration, and whether it may be out of date. */
export interface ConfigRead {
  readonly config: AccountConfig
  readonly cached: boolean
  /** Whether what was asked about is spent; only a fresh read knows. */
  readonly spent: Spent
}

const unknown: Spent = { token: false, assertion: false, proof: false }

// Safe to keep: the claim checks the versions before anything is issued from it, and nothing is
// refused from it (semantics, section 6). Only accounts that exist get in, so strangers cannot
// push them out.
const cached = boundedMemory<AccountConfig>({ weight: 8 * 1024 * 1024, weightEach: 128 * 1024 })

/** The configuration as the isolate last saw it, if it did. */
export const rememberedConfig = (clientId: string): ConfigRead | undefined => {
  const config = cached.get(clientId)
  return config && { config, cached: true, spent: unknown }
}

/** The configuration as the database has it now: one round trip, known client or not. */
export const freshConfig = async (
  db: Db,
  clientId: string,
  spent: SpentQuery | null,
): Promise<ConfigRead> => {
  const { weight, ...read } = await readAccountConfig(db, clientId, spent)
  if (read.config.account === null) cached.forget(clientId)
  else cached.keep(clientId, read.config, weight)
  return { ...read, cached: false }
}
