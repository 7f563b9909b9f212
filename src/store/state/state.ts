import { and, asc, eq, getTableColumns, inArray, or, type SQL, sql } from 'drizzle-orm'
import { lineOf, rootNamespaceId, rootPath } from '../../core/namespace.ts'
import { type Db, reach } from '../db.ts'
import { withinAny } from '../page.ts'
import { selectHouseOwner } from '../roles/owners.ts'
import {
  groupMembers,
  groups,
  roleBindings,
  serviceAccounts,
  trustPolicies,
} from '../schema/accounts.ts'
import { issuers, namespaces, resourceServers, roles } from '../schema/tree.ts'

const at = { namespacePath: namespaces.path }

const selectPlaces = (db: Db, where: SQL | undefined) =>
  db.orm.select().from(namespaces).where(where).orderBy(asc(namespaces.path))

const selectServers = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ ...getTableColumns(resourceServers), ...at })
    .from(resourceServers)
    .innerJoin(namespaces, eq(namespaces.id, resourceServers.namespaceId))
    .where(where)

const selectRoles = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ ...getTableColumns(roles), ...at })
    .from(roles)
    .innerJoin(namespaces, eq(namespaces.id, roles.namespaceId))
    .where(where)

const selectGroups = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ ...getTableColumns(groups), ...at })
    .from(groups)
    .innerJoin(namespaces, eq(namespaces.id, groups.namespaceId))
    .where(where)

const selectMembers = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ groupId: groupMembers.groupId, serviceAccountId: groupMembers.serviceAccountId })
    .from(groupMembers)
    .innerJoin(groups, eq(groups.id, groupMembers.groupId))
    .innerJoin(namespaces, eq(namespaces.id, groups.namespaceId))
    .where(where)

const selectIssuers = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ ...getTableColumns(issuers), ...at })
    .from(issuers)
    .innerJoin(namespaces, eq(namespaces.id, issuers.namespaceId))
    .where(where)

const selectAccounts = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ ...getTableColumns(serviceAccounts), ...at })
    .from(serviceAccounts)
    .innerJoin(namespaces, eq(namespaces.id, serviceAccounts.namespaceId))
    .where(where)

// Oldest first, which is the order in which they are tried.
const selectPolicies = (db: Db, where: SQL | undefined) =>
  db.orm
    .select(getTableColumns(trustPolicies))
    .from(trustPolicies)
    .innerJoin(serviceAccounts, eq(serviceAccounts.id, trustPolicies.serviceAccountId))
    .innerJoin(namespaces, eq(namespaces.id, serviceAccounts.namespaceId))
    .where(where)
    .orderBy(asc(trustPolicies.createdAt), sql`trust_policies.rowid`)

const selectBindings = (db: Db, where: SQL | undefined) =>
  db.orm
    .select({ ...getTableColumns(roleBindings), ...at })
    .from(roleBindings)
    .innerJoin(namespaces, eq(namespaces.id, roleBindings.namespaceId))
    .where(where)

const selectIssuerCount = (db: Db, tenantId: string) =>
  db.orm
    .select({ count: sql<number>`count(*)` })
    .from(issuers)
    .innerJoin(namespaces, eq(namespaces.id, issuers.namespaceId))
    .where(eq(namespaces.tenantId, tenantId))

const selectGroupCount = (db: Db, tenantId: string) =>
  db.orm
    .select({ count: sql<number>`count(*)` })
    .from(groups)
    .innerJoin(namespaces, eq(namespaces.id, groups.namespaceId))
    .where(eq(namespaces.tenantId, tenantId))

const selectVersions = (db: Db, tenantId: string) =>
  db.orm
    .select({ id: namespaces.id, version: namespaces.configVersion })
    .from(namespaces)
    .where(inArray(namespaces.id, [tenantId, rootNamespaceId]))

/** The configuration of a subtree, with what lies above it and is visible there. */
export type StateRows = Awaited<ReturnType<typeof readState>>

/**
 * Reads a subtree's configuration, all of one instant: one round trip. Root accounts are there only as
 * far as their bindings reach into it, or own its tenant.
 */
export const readState = (
  db: Db,
  { path, tenantId }: { readonly path: string; readonly tenantId: string },
) =>
  reach(db, async () => {
    const below = withinAny(namespaces.path, [path])
    const visible = or(below, inArray(namespaces.path, [...lineOf(path)]))
    const ofTenant = and(visible, sql`${namespaces.path} <> ${rootPath}`)
    const [versions, places, servers, roleRows, groupRows, members, issuerRows, ...rest] =
      await db.orm.batch([
        selectVersions(db, tenantId),
        selectPlaces(db, visible),
        selectServers(db, visible),
        selectRoles(db, visible),
        selectGroups(db, visible),
        selectMembers(db, visible),
        selectIssuers(db, visible),
        selectIssuerCount(db, tenantId),
        selectGroupCount(db, tenantId),
        selectAccounts(db, ofTenant),
        selectPolicies(db, below),
        selectBindings(db, below),
        selectHouseOwner(db, tenantId),
      ])
    const [issuerCount, groupCount, accounts, policies, bindings, house] = rest
    return {
      versions,
      namespaces: places,
      servers,
      roles: roleRows,
      groups: groupRows,
      members,
      issuers: issuerRows,
      issuerCount: issuerCount[0]?.count ?? 0,
      groupCount: groupCount[0]?.count ?? 0,
      accounts,
      policies,
      bindings,
      ownedByHouse: house[0]?.owns === 1,
    }
  })
