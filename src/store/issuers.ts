import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Issuer } from '../core/account-config.ts'
import type { JsonObject } from '../core/json.ts'
import { lineOf } from '../core/namespace.ts'
import type { Beside } from './beside.ts'
import { type Db, reach } from './db.ts'
import { inList } from './in-list.ts'
import { guard, mutate, type Outcome } from './mutate.ts'
import { all, atOrAboveAny, inOrder, type VisibleQuery, withinAny } from './page.ts'
import { ofVisiblePage } from './page-rows.ts'
import { touch } from './pending/touched.ts'
import { issuers, namespaces } from './schema/tree.ts'

/** An issuer with its name and the place where it lies. Times in epoch milliseconds. */
export interface StoredIssuer extends Issuer {
  readonly name: string
  readonly namespaceId: string
  readonly namespacePath: string
  readonly tenantId: string
  readonly createdAt: number
}

/** Most issuers of one tenant: each is a set of keys to keep fresh (R36). */
export const maxIssuers = 50

const columns = {
  ...getTableColumns(issuers),
  jwks: sql`${issuers.jwks}`.mapWith((text: string) => JSON.parse(text) as JsonObject | null),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
}

const select = (db: Db) =>
  db.orm.select(columns).from(issuers).innerJoin(namespaces, eq(namespaces.id, issuers.namespaceId))

/** An issuer by its id, if there is one. */
export const findIssuer = (db: Db, id: string): Promise<StoredIssuer | undefined> =>
  reach(db, () => select(db).where(eq(issuers.id, id)).get())

/** The issuer of a URL that is visible from a namespace, enabled or not; there is at most one. */
export const findVisibleIssuer = (
  db: Db,
  namespacePath: string,
  url: string,
): Promise<StoredIssuer | undefined> =>
  reach(db, () =>
    select(db)
      .where(all(eq(issuers.issuer, url), atOrAboveAny(namespaces.path, [namespacePath])))
      .get(),
  )

/** Issuers that are visible from any of the places or lie below, in pages. */
export const listIssuers = (db: Db, query: VisibleQuery): Promise<StoredIssuer[]> => {
  const { id, name, namespaceId } = issuers
  const from = sql`${issuers}`
  return reach(db, () =>
    select(db).where(ofVisiblePage({ from, id, name, namespaceId }, query)).orderBy(inOrder(id)),
  )
}

const onTheLine = ({ namespacePath }: StoredIssuer) =>
  sql`(n.path IN ${inList(lineOf(namespacePath))}
    OR n.id IN (SELECT ${namespaces.id} FROM ${namespaces}
      WHERE ${withinAny(namespaces.path, [namespacePath])}))`

const joined = sql`FROM issuers i JOIN namespaces n ON n.id = i.namespace_id`

const sameUrl = (issuer: StoredIssuer) =>
  sql`SELECT 1 ${joined} WHERE i.issuer = ${issuer.issuer} AND ${onTheLine(issuer)}`

/** Whether an issuer above, below or in its namespace has the URL of a new one. */
export const isTaken = (db: Db, issuer: StoredIssuer): Promise<boolean> =>
  reach(db, async () => (await db.orm.all(sql`${sameUrl(issuer)} LIMIT 1`)).length > 0)

/**
 * Adds an issuer to a namespace that is still there (guard 0), if no issuer above or below has its
 * URL (guard 1) and the tenant has room (guard 2). Decided in the transaction: parallel calls count.
 */
export const addIssuer = (db: Db, issuer: StoredIssuer, beside: Beside): Promise<Outcome> => {
  const { namespacePath: _, tenantId, ...row } = issuer
  const count = sql`SELECT count(*) ${joined} WHERE n.tenant_id = ${tenantId}`
  return mutate(db, issuer, {
    target: row.id,
    details: {
      name: row.name,
      issuer: row.issuer,
      preset: row.preset,
      jwksUri: row.jwksUri,
      ...beside.details,
    },
    guards: [
      guard(db, sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${row.namespaceId})`),
      guard(db, sql`NOT EXISTS (${sameUrl(issuer)})`),
      guard(db, sql`(${count}) < ${maxIssuers}`),
      ...beside.guards,
    ],
    statements: [
      db.orm.insert(issuers).values(row),
      ...touch(db, { issuers: [row.id] }),
      ...beside.statements,
    ],
  })
}

const unchanged = (db: Db, { id, version }: StoredIssuer) =>
  guard(db, sql`EXISTS (SELECT 1 FROM issuers WHERE id = ${id} AND version = ${version})`)

/** What of an issuer can be changed. */
export type IssuerFields = Pick<
  StoredIssuer,
  'name' | 'enabled' | 'algorithms' | 'maxTokenAgeSeconds' | 'replay' | 'jwks' | 'jwksUri'
>

const keepsKeys = (issuer: StoredIssuer, { jwks, jwksUri, enabled }: IssuerFields): boolean =>
  jwksUri === issuer.jwksUri &&
  JSON.stringify(jwks) === JSON.stringify(issuer.jwks) &&
  enabled === issuer.enabled

/** Replaces what can be changed of an issuer that is as it was read (guard 0). */
export const updateIssuer = (
  db: Db,
  issuer: StoredIssuer,
  { changes, beside }: { readonly changes: IssuerFields; readonly beside: Beside },
): Promise<Outcome> =>
  mutate(db, issuer, {
    target: issuer.id,
    details: { ...changes, ...beside.details },
    guards: [unchanged(db, issuer), ...beside.guards],
    statements: [
      ...beside.statements,
      ...(keepsKeys(issuer, changes) ? [] : touch(db, { issuers: [issuer.id] })),
      db.orm
        .update(issuers)
        // Cached keys are kept by version: whatever changes, none of the old ones serve again.
        .set({ ...changes, version: issuer.version + 1 })
        .where(eq(issuers.id, issuer.id)),
    ],
  })

/** Deletes an issuer that is as it was read (guard 0); policies that name it match nothing. */
export const deleteIssuer = (db: Db, issuer: StoredIssuer): Promise<Outcome> =>
  mutate(db, issuer, {
    target: issuer.id,
    details: { issuer: issuer.issuer },
    guards: [unchanged(db, issuer)],
    statements: [db.orm.delete(issuers).where(eq(issuers.id, issuer.id))],
  })
