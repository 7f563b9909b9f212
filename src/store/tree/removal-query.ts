import { type SQL, sql } from 'drizzle-orm'
import { maxToldIds, type Removal } from '../../core/removal.ts'
import { type Db, reach } from '../db.ts'
import { livingTokens } from '../revoking/marks.ts'

/** What a deletion is about, as SQL. */
export interface RemovalQuery {
  /** By collection: what comes after `SELECT count(*) FROM`. */
  readonly rows: Readonly<Record<string, SQL>>
  /** A query of one column: ids of what would break. */
  readonly broken?: SQL
  /** A query of one column: ids of what is in the way. */
  readonly blockers?: SQL
  /** A condition on decisions `d`: whose living tokens came of it. */
  readonly tokens?: SQL
  /** They live on all the same. */
  readonly tokensStay?: boolean
  /** An expression: when it was last used, in epoch milliseconds. */
  readonly lastUse?: SQL
  /** Epoch seconds. */
  readonly now: number
}

const ids = (query: SQL | undefined): SQL =>
  query === undefined
    ? sql`'[]'`
    : sql`(SELECT json_group_array(id) FROM (SELECT DISTINCT id FROM (${query}) LIMIT ${maxToldIds}))`

/** Finds out what a deletion would come to, in one reading. */
export const foresee = (
  db: Db,
  { rows, broken, blockers, tokens, tokensStay = false, lastUse = sql`NULL`, now }: RemovalQuery,
): Promise<Removal> =>
  reach(db, async () => {
    const pairs = Object.entries(rows).flatMap(([name, from]) => [
      sql`${name}`,
      sql`(SELECT count(*) FROM ${from})`,
    ])
    const living =
      tokens === undefined ? sql`0` : sql`(SELECT count(*) FROM (${livingTokens(tokens, now)}))`
    const found = await db.orm.get<
      Readonly<Record<'rows' | 'broken' | 'blockers', string>> & {
        readonly living: number
        readonly last_use: number | null
      }
    >(sql`SELECT json_object(${sql.join(pairs, sql`, `)}) AS rows, ${ids(broken)} AS broken,
      ${ids(blockers)} AS blockers, ${living} AS living, ${lastUse} AS last_use`)
    return {
      wouldDelete: JSON.parse(found.rows) as Record<string, number>,
      wouldBreak: JSON.parse(found.broken) as string[],
      blockedBy: JSON.parse(found.blockers) as string[],
      livingTokens: found.living,
      tokensEnd: !tokensStay,
      lastUsedAt: found.last_use,
    }
  })

/** What goes with accounts, which a query of their ids names. */
export const rowsOfAccounts = (accounts: SQL): RemovalQuery['rows'] => {
  const own = (table: string) => sql`${sql.raw(table)} WHERE service_account_id IN (${accounts})`
  return {
    trust_policies: own('trust_policies'),
    secrets: own('client_secrets'),
    keys: own('account_keys'),
    tokens: own('named_tokens'),
    role_bindings: own('role_bindings'),
    group_members: own('group_members'),
    pending_changes: own('pending_changes'),
    pairing_codes: own('pairing_codes'),
  }
}

const credentials = ['client_secrets', 'account_keys', 'named_tokens']

/**
 * An expression: when one of these accounts last got a token or used a credential. Asked account by
 * account, for each is then the end of an index.
 */
export const lastUseOf = (accounts: SQL): SQL => {
  const issue = sql`(SELECT at FROM decisions WHERE service_account_id = a.id AND outcome = 'issued'
    ORDER BY at DESC LIMIT 1)`
  const uses = credentials.map(
    (table) =>
      sql`(SELECT max(last_used_at) FROM ${sql.raw(table)} WHERE service_account_id = a.id)`,
  )
  const times = [issue, ...uses].map((time) => sql`coalesce(${time}, 0)`)
  return sql`(SELECT nullif(max(max(${sql.join(times, sql`, `)})), 0)
    FROM service_accounts a WHERE a.id IN (${accounts}))`
}
