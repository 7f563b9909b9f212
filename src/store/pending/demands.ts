import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { lineOf } from '../../core/namespace.ts'
import { type Db, reach } from '../db.ts'
import { inList } from '../in-list.ts'
import { guard } from '../mutate.ts'

const demanding = (path: string): SQL =>
  sql`SELECT path FROM namespaces WHERE widening_needs_approval = 1
    AND path IN ${inList(lineOf(path))}`

/** The highest namespace on the line from a path to the root that demands a second owner; null: none. */
export const findDemand = (db: Db, path: string): Promise<string | null> =>
  reach(db, async () => {
    const [row] = await db.orm.all<{ path: string }>(
      sql`${demanding(path)} ORDER BY length(path) LIMIT 1`,
    )
    return row?.path ?? null
  })

/** No namespace on the line demands a second owner: for saves that were judged when none did. */
export const isUndemanded = (db: Db, path: string): BatchItem<'sqlite'> =>
  guard(db, sql`NOT EXISTS (${demanding(path)})`)
