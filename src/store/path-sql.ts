/**
 * A condition in SQL: the namespace of one alias is that of the other, or lies above it. Compared by
 * whole segments, or `/acme` would be above `/acme-evil`.
 */
export const atOrAboveSql = (upper: string, lower: string): string =>
  `(${upper}.path = '/' OR ${upper}.path = ${lower}.path
    OR substr(${lower}.path, 1, length(${upper}.path) + 1) = ${upper}.path || '/')`

/** A condition in SQL: neither the namespace of this alias nor any above it is suspended. */
export const notSuspendedSql = (namespace: string): string =>
  `NOT EXISTS (SELECT 1 FROM namespaces suspended WHERE suspended.enabled = 0
    AND ${atOrAboveSql('suspended', namespace)})`

/** An expression in SQL: the top-level path of a path, as `tenantPath` has it. */
export const tenantPathSql = (path: string): string =>
  `substr(${path}, 1, instr(substr(${path} || '/', 2), '/'))`
