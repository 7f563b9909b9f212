import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Db, reach } from './db.ts'
import { guard, mutate, type Outcome } from './mutate.ts'
import { ownerRemains } from './owners.ts'
import { after, all, inOrder, type PageQuery, withinAny } from './page.ts'
import { roleBindings, serviceAccounts } from './schema/accounts.ts'
import { namespaces, roles } from './schema/tree.ts'

/** A binding, with where it holds and which version of the role was judged when it was read. */
export type RoleBinding = Omit<typeof roleBindings.$inferSelect, 'serviceAccountId' | 'groupId'> & {
  readonly serviceAccountId: string
  readonly namespacePath: string
  readonly roleVersion: number
}

/** A binding that is kept, with the account it belongs to. */
export type StoredBinding = RoleBinding & {
  readonly accountPath: string
  /** The tenant of the account, whose configuration a binding is part of. */
  readonly tenantId: string
}

const homes = alias(namespaces, 'homes')

const columns = {
  ...getTableColumns(roleBindings),
  // Of an account: those of groups are not selected by the join below.
  serviceAccountId: serviceAccounts.id,
  namespacePath: namespaces.path,
  roleVersion: roles.version,
  accountPath: homes.path,
  tenantId: homes.tenantId,
}

const select = (db: Db) =>
  db.orm
    .select(columns)
    .from(roleBindings)
    .innerJoin(namespaces, eq(namespaces.id, roleBindings.namespaceId))
    .innerJoin(roles, eq(roles.id, roleBindings.roleId))
    .innerJoin(serviceAccounts, eq(serviceAccounts.id, roleBindings.serviceAccountId))
    .innerJoin(homes, eq(homes.id, serviceAccounts.namespaceId))

/** A binding by its id, if there is one. */
export const findBinding = (db: Db, id: string): Promise<StoredBinding | undefined> =>
  reach(db, () => select(db).where(eq(roleBindings.id, id)).get())

/** Bindings in or below any of the places, in pages. */
export const listBindings = (
  db: Db,
  query: PageQuery & {
    readonly roleId: string | undefined
    readonly serviceAccountId: string | undefined
  },
): Promise<StoredBinding[]> => {
  const { within, roleId, serviceAccountId } = query
  const account = roleBindings.serviceAccountId
  return reach(db, () =>
    select(db)
      .where(
        all(
          withinAny(namespaces.path, query.places),
          within === undefined ? undefined : withinAny(namespaces.path, [within]),
          roleId === undefined ? undefined : eq(roleBindings.roleId, roleId),
          serviceAccountId === undefined ? undefined : eq(account, serviceAccountId),
          after(roleBindings.id, query.after),
        ),
      )
      .orderBy(inOrder(roleBindings.id))
      .limit(query.limit + 1),
  )
}

/** Role and place are still what was judged. A guard for every batch that inserts a binding. */
export const roleUnchanged = (
  db: Db,
  { roleId, roleVersion, namespaceId, namespacePath }: RoleBinding,
): BatchItem<'sqlite'> =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM roles WHERE id = ${roleId} AND version = ${roleVersion})
      AND NOT EXISTS (SELECT 1 FROM namespaces WHERE id = ${namespaceId} AND path <> ${namespacePath})`,
  )

/** The statement that inserts a binding, for a batch with `roleUnchanged`. */
export const insertBinding = (db: Db, binding: RoleBinding): BatchItem<'sqlite'> => {
  const { id, roleId, namespaceId, serviceAccountId, version, createdAt } = binding
  return db.orm
    .insert(roleBindings)
    .values({ id, roleId, namespaceId, serviceAccountId, version, createdAt })
}

const ofBinding = ({ roleId, serviceAccountId }: RoleBinding) => ({ roleId, serviceAccountId })

/** Binds a role that is still what was judged (guard 0) where account and namespace still are (guard 1). */
export const addBinding = (db: Db, binding: RoleBinding, tenantId: string): Promise<Outcome> => {
  const { serviceAccountId, namespaceId, namespacePath } = binding
  return mutate(
    db,
    { tenantId, namespaceId, namespacePath },
    {
      target: binding.id,
      details: ofBinding(binding),
      guards: [
        roleUnchanged(db, binding),
        guard(
          db,
          sql`EXISTS (SELECT 1 FROM service_accounts WHERE id = ${serviceAccountId})
          AND EXISTS (SELECT 1 FROM namespaces WHERE id = ${namespaceId})`,
        ),
      ],
      statements: [insertBinding(db, binding)],
    },
  )
}

/** Deletes a binding that is as it was read (guard 0), unless an owner must stay (guard 1). */
export const deleteBinding = (
  db: Db,
  binding: StoredBinding,
  { keepOwner }: { readonly keepOwner: boolean },
): Promise<Outcome> => {
  const { id, version, namespaceId } = binding
  const current = sql`EXISTS (SELECT 1 FROM role_bindings WHERE id = ${id} AND version = ${version})`
  return mutate(db, binding, {
    target: id,
    details: ofBinding(binding),
    guards: [
      guard(db, current),
      ...(keepOwner ? [ownerRemains(db, { namespaceId, lost: { bindingId: id } })] : []),
    ],
    statements: [db.orm.delete(roleBindings).where(eq(roleBindings.id, id))],
  })
}
