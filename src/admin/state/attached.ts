import { rootPath } from '../../core/namespace.ts'
import type { Entries, Kind, Principal, Ref, RoleRef } from '../../core/state/entry.ts'
import { ownNames } from '../../core/state/own-names.ts'
import type { StateRows } from '../../store/state/state.ts'
import { bindingEntry, policyEntry } from './entries.ts'

/** Puts an object into the world that is being read. */
export type Add = <K extends Kind>(
  kind: K,
  entry: Entries[K],
  of: { readonly id: string; readonly inside: boolean },
) => void

/** Rows by a key. */
export const groupBy = <T, V>(
  rows: readonly T[],
  key: (row: T) => string,
  value: (row: T) => V,
) => {
  const lists = new Map<string, V[]>()
  for (const row of rows) {
    const list = lists.get(key(row)) ?? []
    list.push(value(row))
    lists.set(key(row), list)
  }
  return lists
}

/** Adds policies, each under a name of its own. */
export const addPolicies = (
  rows: StateRows,
  accounts: ReadonlyMap<string, Ref>,
  add: Add,
): void => {
  const byAccount = groupBy(
    rows.policies,
    (row) => row.serviceAccountId,
    (row) => row,
  )
  for (const [accountId, policies] of byAccount) {
    const account = accounts.get(accountId)
    if (account === undefined) continue
    const names = ownNames(policies.map(({ name }) => name))
    for (const [i, row] of policies.entries()) {
      const named = { account, name: names[i] ?? row.name }
      add('trust_policy', policyEntry(row, named), { id: row.id, inside: true })
    }
  }
}

/** Adds bindings; those of root accounts as what no document changes. */
export const addBindings = (
  rows: StateRows,
  {
    roles,
    accounts,
    groups,
  }: Record<'accounts' | 'groups', ReadonlyMap<string, Ref>> & {
    readonly roles: ReadonlyMap<string, RoleRef>
  },
  add: Add,
): void => {
  for (const row of rows.bindings) {
    const role = roles.get(row.roleId)
    const id = row.serviceAccountId ?? row.groupId ?? ''
    const type = row.serviceAccountId === null ? 'group' : 'service_account'
    // Whoever is not found here is a root account, of which a tenant learns no more than that.
    const { namespace, name } = accounts.get(id) ??
      groups.get(id) ?? { namespace: rootPath, name: id }
    const principal: Principal = { type, namespace, name }
    if (role === undefined) continue
    const inside = type === 'group' || namespace !== rootPath
    add('role_binding', bindingEntry(role, row.namespacePath, principal), { id: row.id, inside })
  }
}
