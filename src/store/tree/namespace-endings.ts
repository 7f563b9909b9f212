import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { adminIdentifier } from '../../core/permission.ts'
import type { Db } from '../db.ts'
import { endTokensOf, ofSubtree, reachingInto } from '../revoking/marks.ts'

const forOthers = sql`d.audience <> ${adminIdentifier}`

/**
 * The statement that ends the living tokens of what lies at or below a path, and reaches into it,
 * where it is suspended or moved. The admin API sees such changes for itself, and lets its tokens
 * read on (semantics, section 2).
 */
export const endTokensForOthers = (db: Db, path: string, now: number): BatchItem<'sqlite'> =>
  endTokensOf(db, sql`${forOthers} AND (${ofSubtree(path)} OR ${reachingInto(path)})`, now)

/**
 * A condition on decisions `d`: their tokens end when what lies at or below a path is deleted. The
 * admin API looks the rights of an account that stays up each time.
 */
export const endedWith = (path: string): SQL =>
  sql`${ofSubtree(path)} OR (${forOthers} AND (${reachingInto(path)}))`
