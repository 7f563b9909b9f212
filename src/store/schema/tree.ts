import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Json } from '../../core/json.ts'
import type { ReplayMode } from '../../core/trust-policy.ts'
import { createdAt, flag, json, version } from './columns.ts'

/**
 * The tree. `config_version` counts on the rows of tenants and of `/` alone, `reach_version` on that
 * of `/`: changes in tenants that root accounts reach into.
 */
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
    /** A ceiling on the life of named tokens here and below; 0 forbids them, null sets none. */
    namedTokensMaxDays: integer('named_tokens_max_days'),
    /** A policy that accepts more than before needs a second owner's word, here and below. */
    wideningNeedsApproval: flag('widening_needs_approval').default(false),
    configVersion: integer('config_version').notNull().default(1),
    reachVersion: integer('reach_version').notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    index('namespaces_by_parent').on(table.parentId),
    index('namespaces_suspended').on(table.path).where(sql`enabled = 0`),
  ],
)

/** The namespace that an object lives in, and goes with. */
export const namespaceId = () =>
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
