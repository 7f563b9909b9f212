import type { Db } from '../db.ts'
import { roomForBindings } from '../roles/binding-room.ts'
import { roomForNamespaces } from '../tree/namespace-room.ts'
import type { Namespace } from '../tree/namespaces.ts'
import type { StateChanges } from './state-tables.ts'

/** The limits of what a document writes: of what it binds, and of the namespaces that it makes. */
export const limitsOf = (db: Db, { path }: Namespace, { made, joined }: StateChanges) => {
  const bound = made.role_binding
  const accountIds = bound.flatMap(({ serviceAccountId: id }) => id ?? [])
  const joining = joined.map(({ serviceAccountId }) => serviceAccountId)
  const groupIds = bound.flatMap(({ groupId: id }) => id ?? [])
  return {
    bindings: roomForBindings(db, {
      accountIds: [...new Set([...accountIds, ...joining])],
      groupIds: [...new Set(groupIds)],
    }),
    namespaces: made.namespace.length === 0 ? [] : [roomForNamespaces(db, path)],
  }
}
