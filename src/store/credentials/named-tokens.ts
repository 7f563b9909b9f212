import { and, asc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import type { Place } from '../../core/place.ts'
import { type Db, reach } from '../db.ts'
import { serviceAccounts } from '../schema/accounts.ts'
import { namedTokens } from '../schema/credentials.ts'
import { ceilingSql, endUnderSql } from './named-token-ceiling.ts'

/** A named token as it is kept: its digest, never the token. Times in epoch milliseconds. */
export type NamedTokenRow = typeof namedTokens.$inferSelect

const expiresAt = sql.raw(
  endUnderSql('named_tokens', ceilingSql('service_accounts.namespace_id')),
) as SQL<number>

const serverPath = sql<string>`(SELECT n.path FROM resource_servers s
  JOIN namespaces n ON n.id = s.namespace_id WHERE s.id = ${namedTokens.resourceServerId})`

const homePath = sql<string>`(SELECT path FROM namespaces n WHERE n.id = service_accounts.namespace_id)`

const select = (db: Db) =>
  db.orm
    .select({
      ...getTableColumns(namedTokens),
      expiresAt,
      clientId: serviceAccounts.clientId,
      tenantId: serviceAccounts.tenantId,
      namespaceId: serviceAccounts.namespaceId,
      namespacePath: homePath,
      serverPath,
    })
    .from(namedTokens)
    .innerJoin(serviceAccounts, eq(serviceAccounts.id, namedTokens.serviceAccountId))

/** A named token, whose it is, and when it expires as the ceilings are now. */
export interface NamedToken extends NamedTokenRow, Place {
  readonly clientId: string
  /** Where the API lies that it is for. */
  readonly serverPath: string
}

/** An account's named tokens in the order of their making, the expired ones among them. */
export const listNamedTokens = (db: Db, serviceAccountId: string): Promise<NamedToken[]> =>
  reach(db, () =>
    select(db)
      .where(eq(namedTokens.serviceAccountId, serviceAccountId))
      .orderBy(asc(namedTokens.id)),
  )

/** One named token of an account, if it has it. */
export const findNamedToken = (
  db: Db,
  key: { readonly id: string; readonly serviceAccountId: string },
): Promise<NamedToken | undefined> =>
  reach(db, () =>
    select(db)
      .where(
        and(eq(namedTokens.id, key.id), eq(namedTokens.serviceAccountId, key.serviceAccountId)),
      )
      .get(),
  )

/** The named token that has one of these digests under the pepper which made it, whoever's it is. */
export const findNamedTokenByHash = (
  db: Db,
  digests: readonly { readonly hash: string; readonly pepperVersion: number }[],
): Promise<NamedToken | undefined> =>
  reach(db, async () => {
    const rows = await select(db).where(
      inArray(
        namedTokens.hash,
        digests.map(({ hash }) => hash),
      ),
    )
    return rows.find((row) =>
      digests.some(
        ({ hash, pepperVersion }) => hash === row.hash && pepperVersion === row.pepperVersion,
      ),
    )
  })
