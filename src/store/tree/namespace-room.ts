import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { tenantPath } from '../../core/namespace.ts'
import { maxNamespaces } from '../../core/tree-limits.ts'
import type { Db } from '../db.ts'
import { guard } from '../guard.ts'
import { withinAny } from '../page.ts'

/** The tenant of a place has no more namespaces than it may. A limit for every batch that adds one. */
export const roomForNamespaces = (db: Db, path: string): BatchItem<'sqlite'> => {
  const within = withinAny(sql`path`, [tenantPath(path)])
  return guard(
    db,
    sql`(SELECT count(*) FROM (SELECT 1 FROM namespaces WHERE ${within} LIMIT ${maxNamespaces + 1}))
      <= ${maxNamespaces}`,
  )
}
