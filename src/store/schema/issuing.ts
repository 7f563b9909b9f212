import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Json, JsonObject } from '../../core/json.ts'
import type { SigningAlgorithm } from '../../core/signing-key.ts'
import { createdAt, flag, json } from './columns.ts'
import { namespaces } from './tree.ts'

/** Our own keys. At most one is `active` and one `published`, the next; those and `retired` verify. */
export const signingKeys = sqliteTable(
  'signing_keys',
  {
    kid: text('kid').primaryKey(),
    algorithm: text('algorithm').$type<SigningAlgorithm>().notNull(),
    state: text('state').$type<'published' | 'active' | 'retired'>().notNull(),
    publicJwk: json<Json>('public_jwk').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    createdAt: createdAt(),
    activatedAt: integer('activated_at'),
    retiredAt: integer('retired_at'),
  },
  (table) => [
    uniqueIndex('signing_keys_one_active').on(table.state).where(sql`state = 'active'`),
    uniqueIndex('signing_keys_one_published').on(table.state).where(sql`state = 'published'`),
  ],
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
    /** Null on rows of before it was kept. */
    tenantId: text('tenant_id'),
    resourceServerId: text('resource_server_id'),
    audience: text('audience'),
    scope: text('scope'),
    tokenJti: text('token_jti'),
    tokenExpiresAt: integer('token_expires_at'),
    policyId: text('policy_id'),
    policyVersion: integer('policy_version'),
    claims: text('claims'),
    policies: text('policies'),
    /** The secret, key or named token of ours that the caller proved itself with. */
    credentialId: text('credential_id'),
    /** The outside token's issuer, and what its claims say of where it comes from. */
    issuer: text('issuer'),
    provenance: json<JsonObject>('provenance'),
    /** The client assertion that was spent on it (RFC 7523 §3, `jti`). */
    assertionIdentity: text('assertion_identity'),
    /** The proof of possession that was spent on it (RFC 9449 §11.1). */
    proofIdentity: text('proof_identity'),
    tokenIdentity: text('token_identity'),
    slot: text('slot'),
    /** Epoch seconds until which the token counts as spent. */
    rememberUntil: integer('remember_until'),
    /** A refusal whose caller was told a reason; such records are never left out. */
    told: flag('told').default(false),
    omitted: integer('omitted').notNull().default(0),
  },
  (table) => [
    uniqueIndex('decisions_claim').on(table.tokenIdentity, table.slot),
    uniqueIndex('decisions_assertion')
      .on(table.assertionIdentity)
      .where(sql`assertion_identity IS NOT NULL`),
    uniqueIndex('decisions_proof').on(table.proofIdentity).where(sql`proof_identity IS NOT NULL`),
    index('decisions_by_account').on(table.serviceAccountId, table.at),
  ],
)

/** How many tokens a tenant was issued in this minute; only where there is a ceiling. */
export const issueCounts = sqliteTable('issue_counts', {
  tenantId: text('tenant_id')
    .primaryKey()
    .references(() => namespaces.id, { onDelete: 'cascade' }),
  /** Minutes since the epoch. */
  minute: integer('minute').notNull(),
  /** One above the ceiling: so many, and more were asked for. */
  issued: integer('issued').notNull(),
})

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
