import type { AccountConfig } from '../core/account-config.ts'
import { readAccountConfig, type SpentQuery } from './account-config.ts'
import type { Db } from './db.ts'

/** A configuration, and whether it may be out of date. */
export interface ConfigRead {
  readonly config: AccountConfig
  readonly cached: boolean
  /** Whether the token asked about was already exchanged; only a fresh read knows. */
  readonly spent: boolean
}

const maxCached = 2000

// Safe to keep: the claim checks the versions before anything is issued from it, and nothing is
// refused from it (semantics, section 6). Only accounts that exist get in, so strangers cannot
// push them out.
const cached = new Map<string, AccountConfig>()

const keep = (clientId: string, config: AccountConfig): void => {
  cached.delete(clientId)
  const oldest = cached.keys().next()
  if (cached.size >= maxCached && !oldest.done) cached.delete(oldest.value)
  if (config.account !== null) cached.set(clientId, config)
}

/** The configuration as the isolate last saw it, if it did. */
export const rememberedConfig = (clientId: string): ConfigRead | undefined => {
  const config = cached.get(clientId)
  return config && { config, cached: true, spent: false }
}

/** The configuration as the database has it now: one round trip, known client or not. */
export const freshConfig = async (
  db: Db,
  clientId: string,
  spent: SpentQuery | null,
): Promise<ConfigRead> => {
  const read = await readAccountConfig(db, clientId, spent)
  keep(clientId, read.config)
  return { ...read, cached: false }
}
