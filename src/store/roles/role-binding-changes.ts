import { eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { rootNamespaceId, rootPath } from '../../core/namespace.ts'
import type { Db } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { touch } from '../pending/touched.ts'
import { roleBindings } from '../schema/accounts.ts'
import { roomForBindings } from './binding-room.ts'
import { ownerRemains } from './owners.ts'
import type { RoleBinding, StoredBinding } from './role-bindings.ts'

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
  const { namespacePath: _path, roleName: _name, roleVersion: _version, ...row } = binding
  return db.orm.insert(roleBindings).values(row)
}

// To a tenant an account of `/` is no more than that (semantics, section 2).
const principalOf = (
  { serviceAccountId, groupId, namespacePath }: RoleBinding,
  tenantId: string,
) => {
  if (groupId !== null) return { groupId }
  const hidden = tenantId === rootNamespaceId && namespacePath !== rootPath
  return hidden ? { platform: true } : { serviceAccountId }
}

const ofBinding = (binding: RoleBinding, tenantId: string) => ({
  roleId: binding.roleId,
  ...principalOf(binding, tenantId),
})

/**
 * Binds a role that is still what was judged (guard 0) where its principal and namespace still are
 * (guard 1), if there is room (guard 2).
 */
export const addBinding = (db: Db, binding: RoleBinding, tenantId: string): Promise<Outcome> => {
  const { serviceAccountId, groupId, namespaceId, namespacePath } = binding
  return mutate(
    db,
    { tenantId, namespaceId, namespacePath },
    {
      target: binding.id,
      details: ofBinding(binding, tenantId),
      guards: [
        roleUnchanged(db, binding),
        guard(
          db,
          sql`(EXISTS (SELECT 1 FROM service_accounts WHERE id = ${serviceAccountId})
              OR EXISTS (SELECT 1 FROM groups WHERE id = ${groupId}))
            AND EXISTS (SELECT 1 FROM namespaces WHERE id = ${namespaceId})`,
        ),
      ],
      statements: [insertBinding(db, binding), ...touch(db, { bindings: [binding.id] })],
      limits: roomForBindings(db, {
        accountIds: serviceAccountId === null ? [] : [serviceAccountId],
        groupIds: groupId === null ? [] : [groupId],
      }),
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
    details: ofBinding(binding, binding.tenantId),
    guards: [
      guard(db, current),
      ...(keepOwner ? [ownerRemains(db, { namespaceId, lost: { bindingId: id } })] : []),
    ],
    statements: [
      ...touch(db, { bindings: [id] }),
      db.orm.delete(roleBindings).where(eq(roleBindings.id, id)),
    ],
  })
}
