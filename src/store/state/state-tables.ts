import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Kind } from '../../core/state/entry.ts'
import {
  type groupMembers,
  groups,
  roleBindings,
  serviceAccounts,
  trustPolicies,
} from '../schema/accounts.ts'
import { issuers, namespaces, resourceServers, roles } from '../schema/tree.ts'

/** The table of each kind. */
export const tables = {
  namespace: namespaces,
  resource_server: resourceServers,
  role: roles,
  group: groups,
  issuer: issuers,
  service_account: serviceAccounts,
  trust_policy: trustPolicies,
  role_binding: roleBindings,
} as const satisfies Record<Kind, SQLiteTable>

/** A new row of a kind. */
export type NewRow<K extends Kind> = (typeof tables)[K]['$inferInsert']

type Each<T> = { readonly [K in Kind]: readonly T[] }

/** All that a document changes, as rows. */
export interface StateChanges {
  readonly made: { readonly [K in Kind]: readonly NewRow<K>[] }
  /** The columns that are set, by id. */
  readonly changed: {
    readonly [K in Kind]: readonly { readonly id: string; readonly set: Partial<NewRow<K>> }[]
  }
  /** Ids. */
  readonly gone: Each<string>
  readonly joined: readonly (typeof groupMembers.$inferInsert)[]
  readonly left: readonly { readonly groupId: string; readonly serviceAccountId: string }[]
  /** Paths that are suspended, and paths that are deleted with all below them. */
  readonly suspended: readonly string[]
  readonly removed: readonly string[]
  /** Ids of accounts whose living tokens end, for they are deleted or disabled. */
  readonly stopped: readonly string[]
}
