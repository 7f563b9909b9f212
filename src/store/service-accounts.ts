import { eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Happening } from '../core/audit-event.ts'
import type { Place } from '../core/place.ts'
import { groupIdsOf, type NamedRole, rolesOf } from './account-standing.ts'
import { type Db, reach } from './db.ts'
import { guard, mutate, type Outcome } from './mutate.ts'
import { all, inOrder, type PageQuery, reachOf, whereNamed } from './page.ts'
import { idsOfPage } from './page-rows.ts'
import { serviceAccounts } from './schema/accounts.ts'
import { clientSecrets } from './schema/credentials.ts'
import { namespaces } from './schema/tree.ts'

/** A service account as it is kept; times in epoch milliseconds. */
export type ServiceAccountRow = typeof serviceAccounts.$inferSelect

/** A service account together with where it lives, what secrets it has, and what it is given. */
export interface AccountRecord extends ServiceAccountRow {
  readonly namespacePath: string
  /** When each of its secrets expires, or did. */
  readonly secretExpiries: readonly number[]
  readonly groupIds: readonly string[]
  /** Those that count, its own and those of its groups, each once. */
  readonly roles: readonly NamedRole[]
}

const columns = {
  account: serviceAccounts,
  namespacePath: namespaces.path,
  secretExpiries: sql<readonly number[]>`(SELECT json_group_array(expires_at)
    FROM ${clientSecrets} WHERE service_account_id = ${serviceAccounts.id})`.mapWith(
    (text: string) => JSON.parse(text),
  ),
  groupIds: groupIdsOf(serviceAccounts.id),
  roles: rolesOf(serviceAccounts.id),
}

const select = (db: Db) =>
  db.orm
    .select(columns)
    .from(serviceAccounts)
    .innerJoin(namespaces, eq(namespaces.id, serviceAccounts.namespaceId))

type Selected = Omit<AccountRecord, keyof ServiceAccountRow> & {
  readonly account: ServiceAccountRow
}

const flat = ({ account, ...rest }: Selected): AccountRecord => ({ ...account, ...rest })

/** One account by its id, if there is one. */
export const findAccount = (db: Db, id: string): Promise<AccountRecord | undefined> =>
  reach(db, async () => {
    const row = await select(db).where(eq(serviceAccounts.id, id)).get()
    return row && flat(row)
  })

/** One account by its client id, if there is one. */
export const findAccountOfClient = (db: Db, clientId: string): Promise<AccountRecord | undefined> =>
  reach(db, async () => {
    const row = await select(db).where(eq(serviceAccounts.clientId, clientId)).get()
    return row && flat(row)
  })

/** What a list of accounts asks for. */
export interface AccountListQuery extends PageQuery {
  readonly name: string | undefined
  readonly enabled: boolean | undefined
  readonly kind: ServiceAccountRow['kind'] | undefined
}

// Those above are known by their names alone: to look for anything else would tell of it.
const whereListed = ({ enabled, kind, ...query }: AccountListQuery): SQL => {
  const told = enabled === undefined && kind === undefined
  return told ? whereNamed(namespaces.path, query) : reachOf(namespaces.path, query)
}

/** Accounts at or below some places, and those above them, in pages; never root accounts upwards. */
export const listAccounts = (db: Db, query: AccountListQuery): Promise<AccountRecord[]> => {
  const { name, enabled, kind } = query
  const { id, namespaceId } = serviceAccounts
  const ids = idsOfPage(
    { from: sql`${serviceAccounts}`, id, namespaceId },
    {
      ...query,
      where: whereListed(query),
      filters: all(
        name === undefined ? undefined : eq(serviceAccounts.name, name),
        enabled === undefined ? undefined : eq(serviceAccounts.enabled, enabled),
        kind === undefined ? undefined : eq(serviceAccounts.kind, kind),
      ),
      indexed: name !== undefined,
    },
  )
  return reach(db, async () => {
    const rows = await select(db).where(sql`${id} IN (${ids})`).orderBy(inOrder(id))
    return rows.map(flat)
  })
}

/** Adds an account with all that was asked for beside it: all of it or nothing. */
export const addAccount = (
  db: Db,
  { namespacePath, ...account }: ServiceAccountRow & Place,
  beside: {
    readonly details: Happening['details']
    readonly guards: readonly BatchItem<'sqlite'>[]
    readonly statements: readonly BatchItem<'sqlite'>[]
    readonly limits: readonly BatchItem<'sqlite'>[]
  },
): Promise<Outcome> =>
  mutate(
    db,
    { ...account, namespacePath },
    {
      target: account.id,
      details: { name: account.name, kind: account.kind, ...beside.details },
      guards: [
        guard(db, sql`EXISTS (SELECT 1 FROM ${namespaces} WHERE id = ${account.namespaceId})`),
        ...beside.guards,
      ],
      statements: [db.orm.insert(serviceAccounts).values(account), ...beside.statements],
      limits: beside.limits,
    },
  )
