import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Db } from './db.ts'
import { guards } from './schema/issuing.ts'

/** A statement that aborts its batch unless a condition holds. */
export const guard = (db: Db, holds: SQL): BatchItem<'sqlite'> =>
  db.orm.run(sql`INSERT INTO ${guards} (holds) SELECT 0 WHERE (${holds}) IS NOT TRUE`)
