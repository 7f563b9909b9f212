import type { Client } from '@libsql/client'

type Row = Readonly<Record<string, unknown>>

/** What two tenants consist of at a moment, as the database has it. */
export interface World {
  readonly namespaces: readonly Row[]
  readonly accounts: readonly Row[]
  readonly servers: readonly Row[]
  readonly roles: readonly Row[]
  readonly groups: readonly Row[]
  readonly members: readonly Row[]
  readonly bindings: readonly Row[]
  readonly issuers: readonly Row[]
  readonly policies: readonly Row[]
  readonly secrets: readonly Row[]
  readonly keys: readonly Row[]
  readonly tokens: readonly Row[]
  readonly subscriptions: readonly Row[]
  readonly pending: readonly Row[]
  readonly codes: readonly Row[]
  /** How many events there are, of anybody. */
  readonly events: number
}

const located = (table: string) =>
  `SELECT o.*, n.path AS path, n.tenant_id AS tenant FROM ${table} o
   JOIN namespaces n ON n.id = o.namespace_id`
const ofAccounts = (table: string) =>
  `SELECT o.*, n.path AS path, n.tenant_id AS tenant FROM ${table} o
   JOIN service_accounts a ON a.id = o.service_account_id
   JOIN namespaces n ON n.id = a.namespace_id`

const queries = {
  namespaces: "SELECT n.*, n.tenant_id AS tenant FROM namespaces n WHERE n.path <> '/'",
  accounts: located('service_accounts'),
  servers: located('resource_servers'),
  roles: located('roles'),
  groups: located('groups'),
  members: `SELECT m.*, n.tenant_id AS tenant FROM group_members m
    JOIN groups g ON g.id = m.group_id JOIN namespaces n ON n.id = g.namespace_id`,
  bindings: located('role_bindings'),
  issuers: located('issuers'),
  policies: ofAccounts('trust_policies'),
  secrets: ofAccounts('client_secrets'),
  keys: ofAccounts('account_keys'),
  tokens: ofAccounts('named_tokens'),
  subscriptions: located('notification_subscriptions'),
  pending: located('pending_changes'),
  codes: located('pairing_codes'),
} as const

/** Reads all that there is; the order of rows is that of their making. */
export async function readWorld(db: Client): Promise<World> {
  const texts = Object.entries(queries).map(
    ([kind, text]) =>
      `${text} ORDER BY ${kind === 'namespaces' ? 'n' : kind === 'members' ? 'm' : 'o'}.rowid`,
  )
  const results = await db.batch([...texts, 'SELECT count(*) AS n FROM audit_events'], 'read')
  const kinds = Object.keys(queries)
  const tables = kinds.map((kind, i) => [kind, results[i]?.rows.map((row) => ({ ...row })) ?? []])
  return { ...Object.fromEntries(tables), events: Number(results[kinds.length]?.rows[0]?.n) }
}

export type { Row }
