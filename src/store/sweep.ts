import { firstIdAt } from '../core/id-time.ts'
import { type Db, reach } from './db.ts'

/** Until when things are kept: what lies before these times may go. Epoch milliseconds. */
export interface Retention {
  readonly nowMs: number
  readonly decisionsFromMs: number
  readonly noticesFromMs: number
  readonly credentialsFromMs: number
  readonly idempotencyKeysFromMs: number
}

/** Rows of one table that nobody needs any more. */
interface Sweep {
  /** Picks their key; the last parameter is how many at most. */
  readonly select: string
  readonly args: (retention: Retention) => readonly (string | number)[]
}

// Every writer waits while one statement runs, so each takes a small bite.
const bite = 1000

// Memories of what is spent or revoked expire by the clocks of the isolates that wrote them: a clock
// that is wrong here must not make them forget early (R20).
const spareSeconds = 3600

const expiredSeconds = ({ nowMs }: Retention) => [Math.floor(nowMs / 1000) - spareSeconds]
const expiredCredentials = ({ credentialsFromMs }: Retention) => [credentialsFromMs]

const expired = (table: string): Sweep => ({
  select: `SELECT rowid FROM ${table} WHERE expires_at < ?1 LIMIT ?2`,
  args: expiredCredentials,
})

const sweeps = {
  spent_assertions: {
    select: 'SELECT rowid FROM spent_assertions WHERE remember_until < ?1 LIMIT ?2',
    args: expiredSeconds,
  },
  revocations: {
    select: 'SELECT rowid FROM revocations WHERE expires_at < ?1 LIMIT ?2',
    args: expiredSeconds,
  },
  idempotency_keys: {
    select: 'SELECT rowid FROM idempotency_keys WHERE created_at < ?1 LIMIT ?2',
    args: ({ idempotencyKeysFromMs }) => [idempotencyKeysFromMs],
  },
  // Of interest for a minute: a day is plenty.
  notice_tests: {
    select: 'SELECT rowid FROM notice_tests WHERE sent_at < ?1 LIMIT ?2',
    args: ({ idempotencyKeysFromMs }) => [idempotencyKeysFromMs],
  },
  // What a job has shown is for a person to look at, not to keep.
  pairing_codes: {
    select: 'SELECT rowid FROM pairing_codes WHERE expires_at < ?1 LIMIT ?2',
    args: ({ nowMs }) => [nowMs],
  },
  client_secrets: expired('client_secrets'),
  account_keys: expired('account_keys'),
  named_tokens: expired('named_tokens'),
  notices: {
    select: `SELECT rowid FROM notices
      WHERE state IN ('delivered', 'parked') AND created_at < ?1 LIMIT ?2`,
    args: ({ noticesFromMs }) => [noticesFromMs],
  },
  // The trail remembers what was decided.
  pending_changes: {
    select: 'SELECT rowid FROM pending_changes WHERE created_at < ?1 LIMIT ?2',
    args: ({ noticesFromMs }) => [noticesFromMs],
  },
  // Of interest for two weeks, as long as a change can wait and as far as its approval looks back.
  account_hands: {
    select: 'SELECT rowid FROM account_hands WHERE at < ?1 LIMIT ?2',
    args: ({ noticesFromMs }) => [noticesFromMs],
  },
  omitted_decisions: {
    select: `SELECT rowid FROM omitted_decisions o WHERE NOT EXISTS
      (SELECT 1 FROM service_accounts a WHERE a.id = o.service_account_id) LIMIT ?1`,
    args: () => [],
  },
  // The row is also the memory of a spent token: however old, it stays while that token could pass.
  decisions: {
    select: `SELECT rowid FROM decisions
      WHERE id < ?1 AND (remember_until IS NULL OR remember_until < ?2) ORDER BY id LIMIT ?3`,
    args: (retention) => [
      firstIdAt('dec', retention.decisionsFromMs),
      ...expiredSeconds(retention),
    ],
  },
} as const satisfies Readonly<Record<string, Sweep>>

/** A table that rows are thrown away from. */
export type SweptTable = keyof typeof sweeps

/** Every such table. Decisions come last: of them there are the most. */
export const sweptTables = Object.keys(sweeps) as readonly SweptTable[]

/** Throws away some of what is over in a table: how many rows, and whether there may be more. */
export const sweepTable = async (
  db: Db,
  table: SweptTable,
  retention: Retention,
): Promise<{ readonly rows: number; readonly more: boolean }> => {
  const { select, args }: Sweep = sweeps[table]
  const { rowsAffected } = await reach(db, () =>
    db.client.execute({
      sql: `DELETE FROM ${table} WHERE rowid IN (${select})`,
      args: [...args(retention), bite],
    }),
  )
  return { rows: rowsAffected, more: rowsAffected === bite }
}
