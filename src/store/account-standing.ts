import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import { atOrAboveSql } from './path-sql.ts'

/** A role that an account has, by its name, in a namespace and below. */
export interface NamedRole {
  readonly roleId: string
  readonly name: string
  readonly namespacePath: string
}

const parsed = (text: string) => JSON.parse(text)

/** The ids of the groups that an account is in, as a column of a list of accounts. */
export const groupIdsOf = (accountId: AnyColumn): SQL<readonly string[]> =>
  sql<readonly string[]>`(SELECT json_group_array(group_id) FROM (SELECT group_id
    FROM group_members WHERE service_account_id = ${accountId} ORDER BY 1))`.mapWith(parsed)

/**
 * The roles that an account (of the row of `namespaces`) has itself or by its groups, each once, as a
 * column of a list of accounts. They count at the account's own namespace and below.
 */
export const rolesOf = (accountId: AnyColumn): SQL<readonly NamedRole[]> =>
  sql<readonly NamedRole[]>`(SELECT json_group_array(json_object(
      'roleId', id, 'name', name, 'namespacePath', path))
    FROM (SELECT r.id, r.name, n.path
      FROM (SELECT role_id, namespace_id FROM role_bindings WHERE service_account_id = ${accountId}
        UNION
        SELECT b.role_id, b.namespace_id FROM group_members m
        JOIN role_bindings b ON b.group_id = m.group_id WHERE m.service_account_id = ${accountId}) b
      JOIN roles r ON r.id = b.role_id JOIN namespaces n ON n.id = b.namespace_id
      WHERE ${sql.raw(atOrAboveSql('namespaces', 'n'))}
      ORDER BY n.path, r.name, r.id))`.mapWith(parsed)
