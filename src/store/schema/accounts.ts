import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { AuthMethod } from '../../core/service-account.ts'
import type { Acknowledgement, BoundClaims, Examples, ReplayMode } from '../../core/trust-policy.ts'
import { createdAt, flag, json, version } from './columns.ts'
import { namespaceId, roles } from './tree.ts'

/** The identities that callers become, with all that goes with them. */
export const serviceAccounts = sqliteTable(
  'service_accounts',
  {
    id: text('id').primaryKey(),
    clientId: text('client_id').notNull().unique(),
    namespaceId: namespaceId(),
    tenantId: text('tenant_id').notNull(),
    name: text('name').notNull(),
    displayName: text('display_name'),
    description: text('description'),
    kind: text('kind').$type<'workload' | 'person'>().notNull().default('workload'),
    enabled: flag('enabled').default(true),
    grantTypes: json<readonly string[]>('grant_types').notNull(),
    resourceServerIds: json<readonly string[] | null>('resource_server_ids'),
    maxTokenTtlSeconds: integer('max_token_ttl_seconds'),
    clientCredentials: flag('client_credentials').default(false),
    /** The one way in which it may authenticate as a client (RFC 7591); null: any. */
    authMethod: text('auth_method').$type<AuthMethod>(),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('service_accounts_name').on(table.namespaceId, table.name),
    index('service_accounts_by_name').on(table.name, table.id),
  ],
)

/** The account that an object belongs to, and goes with. */
export const serviceAccountId = () =>
  text('service_account_id')
    .notNull()
    .references(() => serviceAccounts.id, { onDelete: 'cascade' })

/** Accounts that get the same roles. */
export const groups = sqliteTable(
  'groups',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    name: text('name').notNull(),
    displayName: text('display_name'),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('groups_name').on(table.namespaceId, table.name)],
)

/** The group that something belongs to, and goes with. */
const groupId = () => text('group_id').references(() => groups.id, { onDelete: 'cascade' })

export const groupMembers = sqliteTable(
  'group_members',
  {
    groupId: groupId().notNull(),
    serviceAccountId: serviceAccountId(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.groupId, table.serviceAccountId] }),
    index('group_members_by_account').on(table.serviceAccountId),
  ],
)

/** A role of an account, or of a group, in a namespace and below. */
export const roleBindings = sqliteTable(
  'role_bindings',
  {
    id: text('id').primaryKey(),
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    namespaceId: namespaceId(),
    /** Exactly one of the two. */
    serviceAccountId: text('service_account_id').references(() => serviceAccounts.id, {
      onDelete: 'cascade',
    }),
    groupId: groupId(),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [
    check('role_bindings_principal', sql`(service_account_id IS NULL) <> (group_id IS NULL)`),
    uniqueIndex('role_bindings_group_once').on(table.groupId, table.roleId, table.namespaceId),
    // Who holds something in a namespace is walked in the order of accounts.
    index('role_bindings_by_namespace').on(table.namespaceId, table.serviceAccountId),
    uniqueIndex('role_bindings_once').on(table.serviceAccountId, table.roleId, table.namespaceId),
    index('role_bindings_by_role').on(table.roleId, table.id),
  ],
)

export const trustPolicies = sqliteTable(
  'trust_policies',
  {
    id: text('id').primaryKey(),
    serviceAccountId: serviceAccountId(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull(),
    audience: text('audience').notNull(),
    boundClaims: json<BoundClaims>('bound_claims').notNull(),
    replay: text('replay').$type<ReplayMode>(),
    maxTokenTtlSeconds: integer('max_token_ttl_seconds'),
    scope: json<readonly string[] | null>('scope'),
    examples: json<Examples>('examples').notNull(),
    acknowledge: json<readonly Acknowledgement[]>('acknowledge').notNull(),
    warnings: json<readonly string[]>('warnings').notNull(),
    enabled: flag('enabled').default(true),
    expiresAt: integer('expires_at'),
    /** Raised by a release whose policies can say more: code that knows less matches nothing. */
    format: integer('format').notNull().default(1),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [index('trust_policies_by_account').on(table.serviceAccountId)],
)
