import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Kind } from '../../core/state/entry.ts'
import type { Db } from '../db.ts'
import { guard } from '../guard.ts'
import { inList } from '../in-list.ts'
import { mutate, type Outcome } from '../mutate.ts'
import { touch } from '../pending/touched.ts'
import { endTokensOf, forServers } from '../revoking/marks.ts'
import { groupMembers } from '../schema/accounts.ts'
import { endedWith, endTokensForOthers } from '../tree/namespace-endings.ts'
import { type Namespace, placeOf } from '../tree/namespaces.ts'
import type { StateRows } from './state.ts'
import { limitsOf } from './state-limits.ts'
import { type StateChanges, tables } from './state-tables.ts'
import { touchedBy } from './touched-by.ts'

const endings = (db: Db, changes: StateChanges, now: number): BatchItem<'sqlite'>[] => [
  ...changes.suspended.map((path) => endTokensForOthers(db, path, now)),
  ...changes.removed.map((path) => endTokensOf(db, endedWith(path), now)),
  ...(changes.stopped.length === 0
    ? []
    : [endTokensOf(db, sql`d.service_account_id IN ${inList(changes.stopped)}`, now)]),
  ...(changes.gone.resource_server.length === 0
    ? []
    : [endTokensOf(db, forServers(inList(changes.gone.resource_server)), now)]),
]

// What builds on something else goes before it.
const leaving: readonly Kind[] = [
  'role_binding',
  'trust_policy',
  'service_account',
  'group',
  'issuer',
  'role',
  'resource_server',
  'namespace',
]

const deletions = (db: Db, { gone, left }: StateChanges): BatchItem<'sqlite'>[] => {
  const ofRoles = sql`role_id IN (SELECT id FROM roles WHERE namespace_id IN ${inList(gone.namespace)})`
  return [
    ...left.map((row) =>
      db.orm.run(sql`DELETE FROM group_members WHERE group_id = ${row.groupId}
        AND service_account_id = ${row.serviceAccountId}`),
    ),
    // Those of root accounts, which are in no document.
    ...(gone.namespace.length === 0
      ? []
      : [
          db.orm.run(sql`DELETE FROM role_bindings
            WHERE namespace_id IN ${inList(gone.namespace)} OR ${ofRoles}`),
        ]),
    ...leaving
      .filter((kind) => gone[kind].length > 0)
      .map((kind) =>
        db.orm.run(sql`DELETE FROM ${tables[kind]} WHERE id IN ${inList(gone[kind])}`),
      ),
  ]
}

// One statement for many rows: a thousand of them would take a second to send one by one.
const rowsEach = 200

const inserts = (
  db: Db,
  table: SQLiteTable,
  rows: readonly Readonly<Record<string, unknown>>[],
): BatchItem<'sqlite'>[] => {
  const count = Math.ceil(rows.length / rowsEach)
  return Array.from({ length: count }, (_, i) =>
    db.orm.insert(table).values(rows.slice(i * rowsEach, (i + 1) * rowsEach)),
  )
}

const updates = (db: Db, kind: Kind, rows: StateChanges['changed'][Kind]) => {
  const table = tables[kind]
  const versioned = 'version' in getTableColumns(table) ? { version: sql`version + 1` } : {}
  return rows.map(({ id, set }) =>
    db.orm
      .update(table)
      .set({ ...set, ...versioned } as Record<string, never>)
      .where(eq(table.id, id)),
  )
}

const arriving: readonly Kind[] = [...leaving].reverse()

const statementsOf = (db: Db, changes: StateChanges, now: number): BatchItem<'sqlite'>[] => [
  ...endings(db, changes, now),
  ...touch(db, touchedBy(changes)),
  ...deletions(db, changes),
  ...arriving.flatMap((kind) => [
    ...inserts(db, tables[kind], changes.made[kind]),
    ...updates(db, kind, changes.changed[kind]),
  ]),
  ...inserts(db, groupMembers, changes.joined),
  // Again, for what there was not before.
  ...touch(db, touchedBy(changes)),
]

const unmoved = (db: Db, versions: StateRows['versions']): BatchItem<'sqlite'>[] =>
  versions.map(({ id, version }) =>
    guard(
      db,
      sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${id} AND config_version = ${version})`,
    ),
  )

/** What became of a document; crowded: there would be too much of something. */
export type StateOutcome =
  | Outcome
  | { readonly kind: 'crowded'; readonly what: 'bindings' | 'namespaces' }

/**
 * Writes all that a document changes, in one transaction and with one event, if nothing in the tenant
 * or in `/` has changed since it was compared (every guard), and there is room.
 */
export const changeState = async (
  db: Db,
  namespace: Namespace,
  {
    changes,
    versions,
    details,
    now,
  }: {
    readonly changes: StateChanges
    readonly versions: StateRows['versions']
    readonly details: Readonly<Record<string, unknown>>
    /** Epoch seconds. */
    readonly now: number
  },
): Promise<StateOutcome> => {
  const limits = limitsOf(db, namespace, changes)
  const outcome = await mutate(db, placeOf(namespace), {
    target: namespace.id,
    details,
    guards: unmoved(db, versions),
    statements: statementsOf(db, changes, now),
    limits: [...limits.bindings, ...limits.namespaces],
  })
  if (outcome.kind !== 'guard' || outcome.index < versions.length) return outcome
  const ofBindings = outcome.index < versions.length + limits.bindings.length
  return { kind: 'crowded', what: ofBindings ? 'bindings' : 'namespaces' }
}
