import { type SQL, sql } from 'drizzle-orm'
import { rootNamespaceId } from '../../core/namespace.ts'
import { inList } from '../in-list.ts'

/** Which holders are looked for. */
export interface HolderFilter {
  readonly kind: string | undefined
  /** Namespaces of whose accounts the kind may be known, and so looked for. */
  readonly kindsKnownAt: readonly string[]
  readonly resourceServerId: string | undefined
  readonly permission: string | undefined
  /** False: root accounts are not among them. */
  readonly withRoot: boolean
}

const set = (value: string | undefined, condition: SQL): SQL =>
  value === undefined ? sql`` : sql`AND ${condition}`

/** A condition on a role `r`: it gives what is looked for. */
export const roleFits = ({ resourceServerId, permission }: HolderFilter): SQL =>
  sql`true ${set(resourceServerId, sql`r.resource_server_id = ${resourceServerId}`)}
    ${set(permission, sql`EXISTS (SELECT 1 FROM json_each(r.permissions) WHERE value = ${permission})`)}`

/** A condition on an account `a` that lives in `h`: it is one of those looked for. */
const accountFits = ({ kind, kindsKnownAt, withRoot }: HolderFilter): SQL =>
  sql`true ${set(
    kind,
    sql`a.kind = ${kind}
      AND h.path IN ${inList(kindsKnownAt)}`,
  )}
    ${withRoot ? sql`` : sql`AND a.namespace_id <> ${rootNamespaceId}`}`

/** The namespace at the end of these paths and all above it, as rows of `line`. */
export const lineSql = (paths: readonly string[]): SQL =>
  sql`line AS MATERIALIZED (SELECT id, path, length(path) AS depth, enabled
    FROM namespaces WHERE path IN ${inList(paths)})`

/** A condition: no namespace at this one of the line, or above it, is suspended. */
export const lineEnabled = (alias: string): SQL =>
  sql`NOT EXISTS (SELECT 1 FROM line u WHERE u.enabled = 0 AND u.depth <= ${sql.raw(alias)}.depth)`

/** The groups that are bound along the line to roles that fit, as rows of `bound_groups`. */
export const boundGroupsSql = (filter: HolderFilter): SQL =>
  sql`bound_groups AS MATERIALIZED (SELECT DISTINCT b.group_id, l.depth FROM line l
    JOIN role_bindings b ON b.namespace_id = l.id AND b.service_account_id IS NULL
    JOIN roles r ON r.id = b.role_id WHERE ${roleFits(filter)})`

// A binding counts at the account's own namespace or below: both lie on the line, so depth decides.
const livesAbove = (column: string, place: string): SQL =>
  sql`CROSS JOIN service_accounts a ON a.id = ${sql.raw(column)}
    CROSS JOIN line h ON h.id = a.namespace_id AND h.depth <= ${sql.raw(place)}.depth`

// The first holder after an id. Each source is an index in the order of accounts, so that a page costs
// as much among ten thousand holders as among ten.
const nextAfter = (id: SQL, filter: HolderFilter): SQL =>
  sql`(SELECT min(candidate) FROM (
    SELECT (SELECT b.service_account_id FROM role_bindings b
        ${livesAbove('b.service_account_id', 'l')} CROSS JOIN roles r ON r.id = b.role_id
      WHERE b.namespace_id = l.id AND b.service_account_id > ${id}
        AND ${accountFits(filter)} AND ${roleFits(filter)}
      ORDER BY b.service_account_id LIMIT 1) AS candidate FROM line l
    UNION ALL
    SELECT (SELECT m.service_account_id FROM group_members m
        ${livesAbove('m.service_account_id', 'g')}
      WHERE m.group_id = g.group_id AND m.service_account_id > ${id} AND ${accountFits(filter)}
      ORDER BY m.service_account_id LIMIT 1) FROM bound_groups g))`

/** The next accounts that hold something along the line, as rows of `holder`, in the order of ids. */
export const holdersSql = (
  filter: HolderFilter,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): SQL =>
  sql`holder (id) AS (
    SELECT ${nextAfter(sql`${after ?? ''}`, filter)}
    UNION ALL
    SELECT ${nextAfter(sql`holder.id`, filter)} FROM holder WHERE holder.id IS NOT NULL
    LIMIT ${limit + 1})`

/** What the holders hold along the line, as rows of `held`. */
export const heldSql = (filter: HolderFilter): SQL =>
  sql`SELECT x.id AS holder, b.id AS binding FROM holder x CROSS JOIN line l
      CROSS JOIN role_bindings b ON b.namespace_id = l.id AND b.service_account_id = x.id
      CROSS JOIN roles r ON r.id = b.role_id WHERE ${roleFits(filter)}
    UNION ALL
    SELECT x.id, b.id FROM holder x CROSS JOIN group_members m ON m.service_account_id = x.id
      CROSS JOIN role_bindings b ON b.group_id = m.group_id
      CROSS JOIN line l ON l.id = b.namespace_id
      CROSS JOIN roles r ON r.id = b.role_id WHERE ${roleFits(filter)}`

const rootArm = (bindings: SQL, filter: HolderFilter): SQL =>
  sql`SELECT a.id, a.enabled, a.resource_server_ids, b.id AS binding, b.role_id, b.namespace_id
    FROM service_accounts a ${bindings}
      CROSS JOIN line l ON l.id = b.namespace_id CROSS JOIN roles r ON r.id = b.role_id
    WHERE a.namespace_id = ${rootNamespaceId}
      AND ${roleFits(filter)}`

/**
 * What root accounts hold along the line, as rows of `held`. Those that differ by nothing that decides
 * are one holder: who they are, and how many, is not for tenants.
 */
export const platformHeldSql = (filter: HolderFilter): SQL => {
  const direct = sql`CROSS JOIN role_bindings b ON b.service_account_id = a.id`
  const byGroup = sql`CROSS JOIN group_members m ON m.service_account_id = a.id
    CROSS JOIN role_bindings b ON b.group_id = m.group_id`
  return sql`SELECT min(min(id)) OVER (PARTITION BY enabled, resource_server_ids), min(binding)
    FROM (${rootArm(direct, filter)} UNION ALL ${rootArm(byGroup, filter)})
    GROUP BY enabled, resource_server_ids, role_id, namespace_id`
}
