import { type SQL, sql } from 'drizzle-orm'
import { aboveBoth, type Move, newlyAbove } from '../../core/moving.ts'
import { type Db, reach } from '../db.ts'
import { inList } from '../in-list.ts'
import { type Broken, below, maxBroken } from './moved-references.ts'

const at = (paths: readonly string[]): SQL =>
  sql`SELECT id FROM namespaces WHERE path IN ${inList(paths)}`

/**
 * What a move would hand out: policies that would come under keys of their new place, and bindings of
 * groups that would begin to count for members who live there. Nobody judged either when it was made.
 */
export const gainedRows = (move: Move): SQL => sql`
  WITH moved AS (${below(move.from)}), gained AS (${at(newlyAbove(move))})
  SELECT 'trust-policies' AS collection, p.id AS id, i.id AS target
    FROM service_accounts a JOIN trust_policies p ON p.service_account_id = a.id
    JOIN issuers i ON i.issuer = p.issuer
    WHERE a.namespace_id IN moved AND i.namespace_id IN gained
  UNION ALL SELECT 'role-bindings', b.id, a.id
    FROM role_bindings b JOIN group_members m ON m.group_id = b.group_id
    JOIN service_accounts a ON a.id = m.service_account_id
    WHERE b.namespace_id IN moved AND a.namespace_id IN gained`

/** What a move would hand out; at most 100 of it. */
export const findGained = (db: Db, move: Move): Promise<readonly Broken[]> =>
  reach(db, () => db.orm.all<Broken>(sql`${gainedRows(move)} LIMIT ${maxBroken}`))

// A demand above both places has judged what is carried already. One that is left behind has not: its
// owners are others.
const comesUnderDemand = (move: Move): SQL =>
  sql`EXISTS (${at(newlyAbove(move))} AND widening_needs_approval = 1)
    AND NOT EXISTS (${at(aboveBoth(move))} AND widening_needs_approval = 1)`

/** What a move would carry, past the second owner whom its new place demands, to where it is trusted. */
export const unapprovedRows = (move: Move): SQL => sql`
  SELECT 'issuers' AS collection, i.id AS id FROM issuers i
    WHERE i.enabled = 1 AND i.namespace_id IN (${below(move.from)}) AND ${comesUnderDemand(move)}
  UNION ALL SELECT 'trust-policies', p.id
    FROM service_accounts a JOIN trust_policies p ON p.service_account_id = a.id
    WHERE p.enabled = 1 AND a.namespace_id IN (${below(move.from)}) AND ${comesUnderDemand(move)}`

/** What would need another owner's word at the new place; at most 100 of it. */
export const findUnapproved = (
  db: Db,
  move: Move,
): Promise<readonly Pick<Broken, 'collection' | 'id'>[]> =>
  reach(db, () => db.orm.all<Broken>(sql`${unapprovedRows(move)} LIMIT ${maxBroken}`))
