import { sql } from 'drizzle-orm'
import type { AccountBinding, ResourceServer } from '../../core/account-config.ts'
import { lineOf, rootPath } from '../../core/namespace.ts'
import type { ServiceAccount } from '../../core/service-account.ts'
import { type Db, reach } from '../db.ts'
import { accountObjectSql, serverObjectSql } from '../exchange/account-config-sql.ts'
import { readBinding, readResourceServer, readServiceAccount } from '../exchange/config-rows.ts'
import type { ServiceAccountRow } from '../service-accounts.ts'
import type { BindingNames } from './binding-names.ts'
import {
  boundGroupsSql,
  type HolderFilter,
  heldSql,
  holdersSql,
  lineEnabled,
  lineSql,
  platformHeldSql,
} from './holder-sql.ts'

/** An account that holds something at a place, with what it holds there and from above. */
export interface PlaceHolder {
  readonly id: string
  readonly kind: ServiceAccountRow['kind']
  /** One or more root accounts, for a reader who may not know which. */
  readonly platform: boolean
  readonly account: ServiceAccount
  readonly namespaceEnabled: boolean
  readonly bindings: readonly (AccountBinding & BindingNames)[]
  readonly resourceServers: readonly ResourceServer[]
}

/** Which holders of a place, and how many. */
export interface HolderQuery extends HolderFilter {
  readonly path: string
  readonly after: string | null
  readonly limit: number
}

type Row = Record<string, unknown>

const statement = (query: HolderQuery) => {
  // By kind none of them: who looks for one would learn it of accounts that are not for tenants.
  const firstPage = query.after === null && query.kind === undefined
  const platform = firstPage && !query.withRoot ? sql`UNION ALL ${platformHeldSql(query)}` : sql``
  return sql`WITH RECURSIVE ${lineSql(lineOf(query.path))}, ${boundGroupsSql(query)},
    ${holdersSql(query, query)},
    held AS MATERIALIZED (${heldSql(query)} ${platform})
    SELECT
      (SELECT json_group_array(json_object('kind', a.kind, 'enabled', ${lineEnabled('n')},
          'account', ${sql.raw(accountObjectSql)}))
        FROM (SELECT DISTINCT holder AS id FROM held ORDER BY 1) x
        CROSS JOIN service_accounts a ON a.id = x.id
        CROSS JOIN line n ON n.id = a.namespace_id) AS accounts,
      (SELECT json_group_array(json_object('holder', x.holder, 'id', b.id, 'group_id', b.group_id,
          'group_name', g.name, 'role_id', r.id, 'role_name', r.name, 'namespace_id', l.id,
          'path', l.path, 'resource_server_id', r.resource_server_id,
          'permissions', r.permissions, 'enabled', ${lineEnabled('l')}))
        FROM held x CROSS JOIN role_bindings b ON b.id = x.binding
        CROSS JOIN roles r ON r.id = b.role_id CROSS JOIN line l ON l.id = b.namespace_id
        LEFT JOIN groups g ON g.id = b.group_id) AS bindings,
      (SELECT json_group_array(${sql.raw(serverObjectSql)})
        FROM resource_servers s JOIN namespaces n ON n.id = s.namespace_id
        WHERE s.id IN (SELECT r.resource_server_id FROM held x
          CROSS JOIN role_bindings b ON b.id = x.binding
          CROSS JOIN roles r ON r.id = b.role_id)) AS servers`
}

const parse = (text: unknown): Row[] => JSON.parse(String(text)) as Row[]

const readNamed = (row: Row): AccountBinding & BindingNames => ({
  ...readBinding(row, JSON.parse(row.permissions as string)),
  roleName: row.role_name as string,
  groupName: row.group_name as string | null,
})

/**
 * The accounts that hold something at a place, by a binding there or above it: one page in the order
 * of ids, and one more row if there is another. Root accounts that are not among them come on the first
 * page, together, unless a kind is looked for.
 */
export const listHolders = (db: Db, query: HolderQuery): Promise<readonly PlaceHolder[]> =>
  reach(db, async () => {
    const row = await db.orm.get<Row>(statement(query))
    const bindings = Map.groupBy(parse(row.bindings), ({ holder }) => holder)
    const servers = parse(row.servers).map(readResourceServer)
    return parse(row.accounts).map(({ account: object, kind, enabled }) => {
      const account = readServiceAccount(object as Row)
      const own = (bindings.get(account.id) ?? []).map(readNamed)
      const used = new Set(own.map(({ resourceServerId }) => resourceServerId))
      return {
        id: account.id,
        kind: kind as ServiceAccountRow['kind'],
        platform: !query.withRoot && account.namespacePath === rootPath,
        account,
        namespaceEnabled: enabled === 1,
        bindings: own,
        resourceServers: servers.filter(({ id }) => used.has(id)),
      }
    })
  })
