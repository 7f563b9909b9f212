import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Db } from './db.ts'
import type { StoredRole } from './roles/roles.ts'
import { roles } from './schema/tree.ts'
import type { ServiceAccountRow } from './service-accounts.ts'

/** The id and the name of a role that is called by its own id. */
export const namedById = (id: string): Pick<StoredRole, 'id' | 'name'> => ({
  id,
  name: id.replace('_', '-'),
})

/**
 * The statement that deletes the roles that were made with an account, unless others have them too.
 * What is made in one call carries one time, and its roles are called by their ids; one that was
 * renamed since is somebody's own.
 */
export const deleteRolesMadeWith = (
  db: Db,
  { namespaceId, createdAt }: ServiceAccountRow,
): BatchItem<'sqlite'> =>
  db.orm
    .delete(roles)
    .where(
      and(
        eq(roles.namespaceId, namespaceId),
        sql`${roles.name} = replace(${roles.id}, '_', '-')`,
        eq(roles.createdAt, createdAt),
        sql`NOT EXISTS (SELECT 1 FROM role_bindings WHERE role_id = ${roles.id})`,
      ),
    )
