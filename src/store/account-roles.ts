import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Db } from './db.ts'
import { roles } from './schema/tree.ts'
import type { ServiceAccountRow } from './service-accounts.ts'

/**
 * The statement that deletes the roles that were made with an account, unless others have them too.
 * What is made in one call carries one time; a role that was renamed since is somebody's own.
 */
export const deleteRolesMadeWith = (
  db: Db,
  { namespaceId, name, createdAt }: ServiceAccountRow,
): BatchItem<'sqlite'> =>
  db.orm
    .delete(roles)
    .where(
      and(
        eq(roles.namespaceId, namespaceId),
        eq(roles.name, name),
        eq(roles.createdAt, createdAt),
        sql`NOT EXISTS (SELECT 1 FROM role_bindings WHERE role_id = ${roles.id})`,
      ),
    )
