import type { Context } from '../../context.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import { normalize } from '../../core/state/canonical.ts'
import type { Ref } from '../../core/state/entry.ts'
import { emptyWorld, type OpenWorld, put, type World } from '../../core/state/world.ts'
import { readState, type StateRows } from '../../store/state/state.ts'
import type { Namespace } from '../../store/tree/namespaces.ts'
import { type Add, addBindings, addPolicies, groupBy } from './attached.ts'
import {
  accountEntry,
  groupEntry,
  issuerEntry,
  namespaceEntry,
  roleEntry,
  serverEntry,
} from './entries.ts'

/** A subtree as it was at one instant. */
export interface Snapshot {
  readonly world: World
  /** By namespace: the tenant's and the root's. While they stand, so does all of this. */
  readonly versions: StateRows['versions']
  /** How many issuers and groups the whole tenant has. */
  readonly issuerCount: number
  readonly groupCount: number
  /** Whether a root account owns the tenant and can act. */
  readonly ownedByHouse: boolean
  /** The groups of an account, root accounts included, by id. */
  readonly groupsOf: (accountId: string) => readonly string[]
}

const byId = <T extends { readonly id: string }, V>(rows: readonly T[], value: (row: T) => V) =>
  new Map(rows.map((row) => [row.id, value(row)]))

const toRef = ({ namespacePath, name }: { namespacePath: string; name: string }): Ref => ({
  namespace: namespacePath,
  name,
})

const toWorld = (rows: StateRows, root: string): World => {
  const world: OpenWorld = emptyWorld()
  const add: Add = (kind, entry, of) => put(world, kind, { ...of, entry: normalize(entry) })
  const placed = ({ id, namespacePath }: { id: string; namespacePath: string }) => ({
    id,
    inside: isAtOrBelow(namespacePath, root),
  })
  const identifiers = byId(rows.servers, ({ identifier }) => identifier)
  const accounts = byId(rows.accounts, toRef)
  const groups = byId(rows.groups, toRef)
  const roles = byId(rows.roles, (row) => ({
    ...toRef(row),
    resource_server: identifiers.get(row.resourceServerId) ?? '',
  }))
  const members = groupBy(
    rows.members,
    ({ groupId }) => groupId,
    ({ serviceAccountId }) => accounts.get(serviceAccountId),
  )
  for (const row of rows.namespaces) {
    const inside = row.path !== root && isAtOrBelow(row.path, root)
    add('namespace', namespaceEntry(row), { id: row.id, inside })
  }
  for (const row of rows.servers) add('resource_server', serverEntry(row), placed(row))
  for (const row of rows.roles) {
    const identifier = identifiers.get(row.resourceServerId) ?? ''
    add('role', roleEntry(row, identifier), placed(row))
  }
  for (const row of rows.groups) {
    const known = (members.get(row.id) ?? []).filter((ref) => ref !== undefined)
    add('group', groupEntry(row, known), placed(row))
  }
  for (const row of rows.issuers) add('issuer', issuerEntry(row), placed(row))
  for (const row of rows.accounts) {
    add('service_account', accountEntry(row, identifiers), placed(row))
  }
  addPolicies(rows, accounts, add)
  addBindings(rows, { roles, accounts, groups }, add)
  return world
}

/** Reads a subtree as documents see it. */
export const readSnapshot = async (
  { db }: Context,
  { path, tenantId }: Pick<Namespace, 'path' | 'tenantId'>,
): Promise<Snapshot> => {
  const rows = await readState(db, { path, tenantId })
  const { versions, issuerCount, groupCount, ownedByHouse } = rows
  const groups = groupBy(
    rows.members,
    (row) => row.serviceAccountId,
    (row) => row.groupId,
  )
  const groupsOf = (accountId: string) => groups.get(accountId) ?? []
  const counted = { issuerCount, groupCount, ownedByHouse }
  return { world: toWorld(rows, path), versions, ...counted, groupsOf }
}
