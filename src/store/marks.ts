import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { firstIdAt } from '../core/id-time.ts'
import { maxTokenSeconds } from '../core/lifetime.ts'
import { maxTokenMarks, verifierSkewSeconds } from '../core/revocation.ts'
import type { Db } from './db.ts'
import { withinAny } from './page.ts'
import { namespaces } from './schema/tree.ts'

/** What names the marks that may concern a token: SQL expressions over its claims. */
export interface MarkNames {
  readonly audience: SQL
  readonly account: SQL
  readonly policy: SQL
  readonly jti: SQL
  readonly issuedAt: SQL
}

// Each arm names the whole primary key, so that each is one look-up.
const named = (audience: SQL, kind: string, value: SQL): SQL =>
  sql`(r.audience = ${audience} AND r.kind = ${kind} AND r.value = ${value})`

/** A condition: a mark says that the token is dead. */
export const isMarked = ({ audience, account, policy, jti, issuedAt }: MarkNames): SQL =>
  sql`EXISTS (SELECT 1 FROM revocations r WHERE ${named(audience, 'token', jti)}
    OR (${named(audience, 'account', account)} AND r."before" >= ${issuedAt})
    OR (${named(audience, 'policy', policy)} AND r."before" >= ${issuedAt}))`

const ofDecision: MarkNames = {
  audience: sql.raw('d.audience'),
  account: sql.raw('d.service_account_id'),
  policy: sql.raw('d.policy_id'),
  jti: sql.raw('d.token_jti'),
  issuedAt: sql.raw('d.at / 1000'),
}

// Clocks of isolates differ a little; more than that, and `/readyz` says so.
const clockMarginSeconds = 60

const oldestLiving = (now: number): string =>
  firstIdAt('dec', (now - maxTokenSeconds - clockMarginSeconds) * 1000)

/**
 * The tokens (of decisions `d`) that are alive at a time in epoch seconds and meet a condition. Ids
 * begin with their time, so this reads no more of the table than the last hour.
 */
export const livingTokens = (condition: SQL, now: number): SQL =>
  sql`SELECT d.audience, d.service_account_id, d.policy_id, d.token_jti, d.at / 1000 AS issued_at,
      d.token_expires_at AS expires_at
    FROM decisions d WHERE d.id >= ${oldestLiving(now)} AND d.outcome = 'issued'
      AND d.token_expires_at > ${now} AND (${condition}) AND NOT ${isMarked(ofDecision)}`

/** A condition on decisions `d`: their account lived at or below a path. */
export const ofSubtree = (path: string): SQL =>
  sql`d.namespace_id IN (SELECT ${namespaces.id} FROM ${namespaces}
    WHERE ${withinAny(namespaces.path, [path])})`

// Too many `jti`s would make the feed a burden to every API that polls it: from then on the accounts
// are named, whose other tokens die with the ones that were meant. Nothing is ever left out.
const crowded = (now: number): SQL =>
  sql`SELECT h.audience FROM hit h GROUP BY h.audience
    HAVING count(*) + (SELECT count(*) FROM revocations r WHERE r.audience = h.audience
      AND r.kind = 'token' AND r.expires_at > ${now}) > ${maxTokenMarks}`

const markedAs: Readonly<Record<'account' | 'policy' | 'token', readonly [kind: SQL, value: SQL]>> =
  {
    account: [sql`'account'`, sql`service_account_id`],
    policy: [sql`'policy'`, sql`policy_id`],
    token: [
      sql`CASE WHEN audience IN crowded THEN 'account' ELSE 'token' END`,
      sql`CASE WHEN audience IN crowded THEN service_account_id ELSE token_jti END`,
    ],
  }

/**
 * Marks tokens as dead, by account, policy or `jti`. A mark holds for all that was issued until now
 * by any clock of ours, and ends with the last token that it was made for.
 */
export const markTokens = (tokens: SQL, as: keyof typeof markedAs, now: number): SQL => {
  const [kind, value] = markedAs[as]
  return sql`WITH hit AS (${tokens}), crowded AS (${crowded(now)})
    INSERT INTO revocations (audience, kind, value, "before", expires_at)
    SELECT audience, ${kind}, ${value}, max(${now}, max(issued_at)),
      max(expires_at) + ${verifierSkewSeconds}
    FROM hit WHERE true GROUP BY 1, 2, 3
    ON CONFLICT (audience, kind, value) DO UPDATE SET "before" = max("before", excluded."before"),
      expires_at = max(expires_at, excluded.expires_at)`
}

/** The statement that ends the living tokens of accounts, for the batch that stops them. */
export const endTokensOf = (db: Db, accounts: SQL, now: number): BatchItem<'sqlite'> =>
  db.orm.run(markTokens(livingTokens(accounts, now), 'account', now))
