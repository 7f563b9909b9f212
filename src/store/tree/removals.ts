import { type SQL, sql } from 'drizzle-orm'
import type { Removal } from '../../core/removal.ts'
import { ofAccount } from '../account-changes.ts'
import type { Db } from '../db.ts'
import type { StoredIssuer } from '../issuers.ts'
import { withinAny } from '../page.ts'
import { rolesAbout } from '../resource-servers.ts'
import { forServers } from '../revoking/marks.ts'
import type { StoredBinding } from '../roles/role-bindings.ts'
import { bindingsOfRole } from '../roles/roles.ts'
import { namespaces } from '../schema/tree.ts'
import { foresee, lastUseOf, rowsOfAccounts } from './removal-query.ts'

/** Something of an account, by its id and that of the account. */
export interface PartOfAccount {
  readonly id: string
  readonly serviceAccountId: string
}

const membersOf = (groupId: string): SQL =>
  sql`SELECT service_account_id AS id FROM group_members WHERE group_id = ${groupId}`

const one = (table: string, id: string): SQL => sql`${sql.raw(table)} WHERE id = ${id}`

/** Finds out what deleting an account would come to. */
export const foreseeAccount = (db: Db, id: string, now: number): Promise<Removal> =>
  foresee(db, {
    rows: { service_accounts: one('service_accounts', id), ...rowsOfAccounts(sql`${id}`) },
    tokens: ofAccount(id),
    lastUse: lastUseOf(sql`${id}`),
    now,
  })

/** Finds out what deleting a role would come to. */
export const foreseeRole = (db: Db, id: string, now: number): Promise<Removal> =>
  foresee(db, { rows: { roles: one('roles', id) }, blockers: bindingsOfRole(id), now })

/** Finds out what deleting an API would come to: accounts may have it in their ceilings. */
export const foreseeServer = (db: Db, id: string, now: number): Promise<Removal> =>
  foresee(db, {
    rows: {
      resource_servers: one('resource_servers', id),
      tokens: sql`named_tokens WHERE resource_server_id = ${id}`,
    },
    broken: sql`SELECT a.id FROM service_accounts a, json_each(a.resource_server_ids) c
      WHERE c.value = ${id}`,
    blockers: rolesAbout(id),
    tokens: forServers(sql`${id}`),
    now,
  })

/** Finds out what deleting an issuer would come to: the policies that see it match nothing more. */
export const foreseeIssuer = (
  db: Db,
  { id, issuer, namespacePath }: StoredIssuer,
  now: number,
): Promise<Removal> =>
  foresee(db, {
    rows: { issuers: one('issuers', id) },
    broken: sql`SELECT p.id FROM trust_policies p
      JOIN service_accounts a ON a.id = p.service_account_id
      JOIN ${namespaces} ON ${namespaces.id} = a.namespace_id
      WHERE p.issuer = ${issuer} AND ${withinAny(namespaces.path, [namespacePath])}`,
    now,
  })

/** Finds out what taking a role away would come to: who would have it no more. */
export const foreseeBinding = (
  db: Db,
  { id, groupId, serviceAccountId }: StoredBinding,
  now: number,
): Promise<Removal> =>
  foresee(db, {
    rows: { role_bindings: one('role_bindings', id) },
    broken: groupId === null ? sql`SELECT ${serviceAccountId} AS id` : membersOf(groupId),
    now,
  })

/** Finds out what deleting a group would come to: its members lose what it is bound to. */
export const foreseeGroup = (db: Db, id: string, now: number): Promise<Removal> =>
  foresee(db, {
    rows: {
      groups: one('groups', id),
      group_members: sql`group_members WHERE group_id = ${id}`,
      role_bindings: sql`role_bindings WHERE group_id = ${id}`,
    },
    broken: membersOf(id),
    now,
  })

// A policy that nobody uses would have all of a busy account's decisions read.
const mostRead = 10_000

/** Finds out what deleting a trust policy would come to. */
export const foreseePolicy = (
  db: Db,
  { id, serviceAccountId }: PartOfAccount,
  now: number,
): Promise<Removal> =>
  foresee(db, {
    rows: { trust_policies: one('trust_policies', id) },
    tokens: sql`d.policy_id = ${id}`,
    tokensStay: true,
    lastUse: sql`(SELECT max(at) FROM (SELECT at, policy_id FROM decisions
      WHERE service_account_id = ${serviceAccountId} AND outcome = 'issued'
      ORDER BY at DESC LIMIT ${mostRead}) WHERE policy_id = ${id})`,
    now,
  })

const tables = { secrets: 'client_secrets', keys: 'account_keys', tokens: 'named_tokens' } as const

/** Finds out what ending a secret, a key or a named token would come to. */
export const foreseeCredential = (
  db: Db,
  { id, kind }: { readonly id: string; readonly kind: keyof typeof tables },
  now: number,
): Promise<Removal> =>
  foresee(db, {
    rows: { [kind]: one(tables[kind], id) },
    tokens: sql`d.credential_id = ${id}`,
    tokensStay: true,
    lastUse: sql`(SELECT last_used_at FROM ${one(tables[kind], id)})`,
    now,
  })
