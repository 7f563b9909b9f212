import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Json } from '../core/json.ts'
import type { Acknowledgement, BoundClaims, Examples, ReplayMode } from '../core/trust-policy.ts'

const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull()
const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()

/** Times are epoch milliseconds in columns that end in `_at`. */
const createdAt = () => integer('created_at').notNull()
const version = () => integer('version').notNull().default(1)

/** The tree. `config_version` counts on the rows of tenants and of `/` alone. */
export const namespaces = sqliteTable(
  'namespaces',
  {
    id: text('id').primaryKey(),
    path: text('path').notNull().unique(),
    parentId: text('parent_id'),
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').notNull(),
    displayName: text('display_name'),
    enabled: flag('enabled').default(true),
    configVersion: integer('config_version').notNull().default(1),
    createdAt: createdAt(),
  },
  (table) => [
    index('namespaces_by_parent').on(table.parentId),
    index('namespaces_suspended').on(table.path).where(sql`enabled = 0`),
  ],
)

const namespaceId = () =>
  text('namespace_id')
    .notNull()
    .references(() => namespaces.id, { onDelete: 'cascade' })

export const resourceServers = sqliteTable(
  'resource_servers',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    identifier: text('identifier').notNull().unique(),
    name: text('name').notNull(),
    permissions: json<readonly string[]>('permissions').notNull(),
    tokenTtlSeconds: integer('token_ttl_seconds').notNull(),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [index('resource_servers_by_namespace').on(table.namespaceId)],
)

export const roles = sqliteTable(
  'roles',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    name: text('name').notNull(),
    displayName: text('display_name'),
    resourceServerId: text('resource_server_id')
      .notNull()
      .references(() => resourceServers.id),
    permissions: json<readonly string[]>('permissions').notNull(),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('roles_name').on(table.namespaceId, table.resourceServerId, table.name)],
)

export const issuers = sqliteTable(
  'issuers',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull(),
    preset: text('preset'),
    jwksUri: text('jwks_uri'),
    jwks: json<Json>('jwks'),
    algorithms: json<readonly string[]>('algorithms').notNull(),
    maxTokenAgeSeconds: integer('max_token_age_seconds').notNull(),
    replay: text('replay').$type<ReplayMode>(),
    enabled: flag('enabled').default(true),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('issuers_url').on(table.namespaceId, table.issuer),
    index('issuers_by_url').on(table.issuer),
  ],
)

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
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('service_accounts_name').on(table.namespaceId, table.name)],
)

const serviceAccountId = () =>
  text('service_account_id')
    .notNull()
    .references(() => serviceAccounts.id, { onDelete: 'cascade' })

export const roleBindings = sqliteTable(
  'role_bindings',
  {
    id: text('id').primaryKey(),
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    namespaceId: namespaceId(),
    serviceAccountId: serviceAccountId(),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('role_bindings_once').on(table.serviceAccountId, table.roleId, table.namespaceId),
    index('role_bindings_by_role').on(table.roleId),
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

export const clientSecrets = sqliteTable(
  'client_secrets',
  {
    id: text('id').primaryKey(),
    serviceAccountId: serviceAccountId(),
    hash: text('hash').notNull(),
    pepperVersion: integer('pepper_version').notNull(),
    expiresAt: integer('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('client_secrets_by_account').on(table.serviceAccountId)],
)

/** Our own keys. Of all rows at most one is `active`; `published` and `retired` only verify. */
export const signingKeys = sqliteTable(
  'signing_keys',
  {
    kid: text('kid').primaryKey(),
    algorithm: text('algorithm').notNull(),
    state: text('state').$type<'published' | 'active' | 'retired'>().notNull(),
    publicJwk: json<Json>('public_jwk').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('signing_keys_one_active').on(table.state).where(sql`state = 'active'`)],
)

/**
 * Every exchange that was issued, or refused after its signature had verified. The row of an issue
 * is also the claim on its outside token: (`token_identity`, `slot`) is unique.
 */
export const decisions = sqliteTable(
  'decisions',
  {
    id: text('id').primaryKey(),
    at: integer('at').notNull(),
    outcome: text('outcome').$type<'issued' | 'refused'>().notNull(),
    reason: text('reason'),
    grantType: text('grant_type').notNull(),
    serviceAccountId: text('service_account_id').notNull(),
    clientId: text('client_id').notNull(),
    namespaceId: text('namespace_id').notNull(),
    resourceServerId: text('resource_server_id'),
    audience: text('audience'),
    scope: text('scope'),
    tokenJti: text('token_jti'),
    tokenExpiresAt: integer('token_expires_at'),
    policyId: text('policy_id'),
    policyVersion: integer('policy_version'),
    claims: text('claims'),
    policies: text('policies'),
    tokenIdentity: text('token_identity'),
    slot: text('slot'),
    /** Epoch seconds until which the token counts as spent. */
    rememberUntil: integer('remember_until'),
    omitted: integer('omitted').notNull().default(0),
  },
  (table) => [
    uniqueIndex('decisions_claim').on(table.tokenIdentity, table.slot),
    index('decisions_by_account').on(table.serviceAccountId, table.at),
  ],
)

/** How many refusals of an account were left out of `decisions` since the last one recorded. */
export const omittedDecisions = sqliteTable('omitted_decisions', {
  serviceAccountId: text('service_account_id').primaryKey(),
  omitted: integer('omitted').notNull(),
})

/**
 * Conditions that a batch depends on. A row is inserted only when its condition fails, and then the
 * check aborts the whole batch; so the table is always empty.
 */
export const guards = sqliteTable('guards', { holds: integer('holds').notNull() }, (table) => [
  check('guard', sql`${table.holds} = 1`),
])
