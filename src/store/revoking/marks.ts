import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { firstIdAt } from '../../core/id-time.ts'
import { maxTokenSeconds } from '../../core/lifetime.ts'
import { lateSeconds, maxTokenMarks } from '../../core/revocation.ts'
import type { Db } from '../db.ts'
import { withinAny } from '../page.ts'
import { atOrAboveSql } from '../path-sql.ts'
import { namespaces } from '../schema/tree.ts'

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

const oldestLiving = (now: number): string =>
  firstIdAt('dec', (now - maxTokenSeconds - lateSeconds) * 1000)

/**
 * The tokens (of decisions `d`) that are alive at a time in epoch seconds and meet a condition; those
 * that expired so lately that somebody may still accept them are. Ids begin with their time, so this
 * reads no more of the table than the last hour.
 */
export const livingTokens = (condition: SQL, now: number): SQL =>
  sql`SELECT d.audience, d.service_account_id, d.policy_id, d.token_jti, d.at / 1000 AS issued_at,
      d.token_expires_at AS expires_at
    FROM decisions d WHERE d.id >= ${oldestLiving(now)} AND d.outcome = 'issued'
      AND d.token_expires_at > ${now - lateSeconds} AND (${condition}) AND NOT ${isMarked(ofDecision)}`

const below = (path: string): SQL =>
  sql`(SELECT ${namespaces.id} FROM ${namespaces} WHERE ${withinAny(namespaces.path, [path])})`

/** A condition on decisions `d`: their account lived at or below a path. */
export const ofSubtree = (path: string): SQL => sql`d.namespace_id IN ${below(path)}`

/** A condition on decisions `d`: they were for one of these APIs itself, not for its identifier. */
export const forServers = (ids: SQL): SQL => sql`d.resource_server_id IN (${ids})`

// A right at a path, of the account of a decision. Groups are bound elsewhere, too, than at the homes of
// their members or below. By account, never by place: a place may have 100 000 bindings (hence the `+`).
const rightIn = (bindings: SQL, path: string): SQL =>
  sql`EXISTS (SELECT 1 FROM ${bindings} JOIN roles r ON r.id = b.role_id
    JOIN namespaces n ON n.id = b.namespace_id JOIN namespaces home ON home.id = d.namespace_id
    WHERE r.resource_server_id = d.resource_server_id AND +b.namespace_id IN ${below(path)}
      AND ${sql.raw(atOrAboveSql('home', 'n'))})`

const ownBindings = sql`(SELECT * FROM role_bindings
  WHERE service_account_id = d.service_account_id) b`

const groupBindings = sql`(SELECT g.* FROM group_members m JOIN role_bindings g ON g.group_id = m.group_id
  WHERE m.service_account_id = d.service_account_id) b`

/**
 * A condition on decisions `d`: whatever is stopped at a path, they reach into it. Their account
 * holds a right there now, itself or by a group, or their API lies there.
 */
export const reachingInto = (path: string): SQL =>
  sql`${rightIn(ownBindings, path)} OR ${rightIn(groupBindings, path)}
    OR ${forServers(sql`SELECT id FROM resource_servers WHERE namespace_id IN ${below(path)}`)}`

// Too many `jti`s would make the feed a burden to every API that polls it: from then on the account
// is named, whose other tokens die with the ones that were meant. Nothing is ever left out.
const crowded = (now: number): SQL =>
  sql`SELECT h.audience, h.service_account_id FROM hit h GROUP BY 1, 2
    HAVING count(*) + (SELECT count(*) FROM revocations r WHERE r.kind = 'token'
      AND r.service_account_id = h.service_account_id AND r.audience = h.audience
      AND r.expires_at > ${now}) > ${maxTokenMarks}`

const isCrowded = sql`(audience, service_account_id) IN (SELECT * FROM crowded)`

const markedAs: Readonly<Record<'account' | 'policy' | 'token', readonly [kind: SQL, value: SQL]>> =
  {
    account: [sql`'account'`, sql`service_account_id`],
    policy: [sql`'policy'`, sql`policy_id`],
    token: [
      sql`CASE WHEN ${isCrowded} THEN 'account' ELSE 'token' END`,
      sql`CASE WHEN ${isCrowded} THEN service_account_id ELSE token_jti END`,
    ],
  }

/**
 * Marks tokens as dead, by account, policy or `jti`. A mark holds for all that was issued until now
 * by any clock of ours, and ends with the last token that it was made for.
 */
export const markTokens = (tokens: SQL, as: keyof typeof markedAs, now: number): SQL => {
  const [kind, value] = markedAs[as]
  return sql`WITH hit AS (${tokens}), crowded AS (${crowded(now)})
    INSERT INTO revocations (audience, kind, value, service_account_id, "before", expires_at)
    SELECT audience, ${kind}, ${value}, min(service_account_id), max(${now}, max(issued_at)),
      max(expires_at) + ${lateSeconds}
    FROM hit WHERE true GROUP BY 1, 2, 3
    ON CONFLICT (audience, kind, value) DO UPDATE SET "before" = max("before", excluded."before"),
      expires_at = max(expires_at, excluded.expires_at)`
}

/** The statement that ends the living tokens of accounts, for the batch that stops them. */
export const endTokensOf = (db: Db, accounts: SQL, now: number): BatchItem<'sqlite'> =>
  db.orm.run(markTokens(livingTokens(accounts, now), 'account', now))
