import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Db } from '../db.ts'
import { inList } from '../in-list.ts'

/** What a change is about, by ids: whichever accounts that gives something, or took it from. */
export interface Touched {
  readonly accounts?: readonly string[]
  readonly policies?: readonly string[]
  readonly bindings?: readonly string[]
  readonly roles?: readonly string[]
  readonly issuers?: readonly string[]
}

// Whoever chooses the keys of an issuer becomes every account with a policy on it. That a policy far
// away names the same URL makes a hand too many, and never one too few.
const accountsOf = ({ accounts, policies, bindings, roles, issuers }: Touched): SQL =>
  sql`SELECT value AS id FROM json_each(${JSON.stringify(accounts ?? [])})
    UNION SELECT service_account_id FROM trust_policies WHERE id IN ${inList(policies)}
      OR issuer IN (SELECT issuer FROM issuers WHERE id IN ${inList(issuers)})
    UNION SELECT coalesce(b.service_account_id, m.service_account_id) FROM role_bindings b
      LEFT JOIN group_members m ON m.group_id = b.group_id
      WHERE b.id IN ${inList(bindings)} OR b.role_id IN ${inList(roles)}`

/**
 * The statements that remember whose hand is on the accounts of a change, as they are at that point of
 * its batch: after what it makes, before what it deletes. None where no account acts.
 */
export const touch = (
  { orm, scribe: { author } }: Db,
  touched: Touched,
): readonly BatchItem<'sqlite'>[] => {
  if (author.actor.type !== 'service_account') return []
  const hand = author.actor.id
  return [
    orm.run(sql`INSERT INTO account_hands (service_account_id, hand, at)
      SELECT id, ${hand}, ${author.nowMs} FROM (${accountsOf(touched)}) WHERE id IS NOT NULL
      ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`),
  ]
}
