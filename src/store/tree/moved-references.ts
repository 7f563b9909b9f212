import { type SQL, sql } from 'drizzle-orm'
import { leftBehind, type Move } from '../../core/moving.ts'
import { lineOf, maxSegments, parentPath } from '../../core/namespace.ts'
import { type Db, reach } from '../db.ts'
import { inList } from '../in-list.ts'
import { withinAny } from '../page.ts'
import { namespaces } from '../schema/tree.ts'

/** Something in a moved namespace that could not see, from there, what it refers to. */
export interface Broken {
  /** What kind of object it is, as its collection is called. */
  readonly collection: string
  readonly id: string
  /** What it would lose sight of. */
  readonly target: string
}

/** Most objects that are told of. */
export const maxBroken = 100

/** The namespaces at a path and below it. */
export const below = (path: string): SQL =>
  sql`SELECT id FROM ${namespaces} WHERE ${withinAny(namespaces.path, [path])}`

/**
 * What a move would break. Whoever refers sees what lies at its own namespace or above: so it is what
 * refers from within the moved subtree to one of the namespaces that are left behind.
 */
export const brokenRows = (move: Move, issuerUrl: string): SQL => sql`
  WITH moved AS (${below(move.from)}),
    lost AS (SELECT id FROM namespaces WHERE path IN ${inList(leftBehind(move))})
  SELECT 'role-bindings' AS collection, b.id AS id, r.id AS target
    FROM role_bindings b JOIN roles r ON r.id = b.role_id
    WHERE b.namespace_id IN moved AND r.namespace_id IN lost
  UNION ALL SELECT 'role-bindings', b.id, a.id
    FROM role_bindings b JOIN service_accounts a ON a.id = b.service_account_id
    WHERE b.namespace_id IN moved AND a.namespace_id IN lost
  UNION ALL SELECT 'role-bindings', b.id, g.id
    FROM role_bindings b JOIN groups g ON g.id = b.group_id
    WHERE b.namespace_id IN moved AND g.namespace_id IN lost
  UNION ALL SELECT 'service-accounts', a.id, g.id
    FROM service_accounts a JOIN group_members m ON m.service_account_id = a.id
    JOIN groups g ON g.id = m.group_id
    WHERE a.namespace_id IN moved AND g.namespace_id IN lost
  UNION ALL SELECT 'service-accounts', a.id, s.id
    FROM service_accounts a, json_each(a.resource_server_ids) c JOIN resource_servers s ON s.id = c.value
    WHERE a.namespace_id IN moved AND s.namespace_id IN lost
  UNION ALL SELECT 'tokens', t.id, s.id
    FROM service_accounts a JOIN named_tokens t ON t.service_account_id = a.id
    JOIN resource_servers s ON s.id = t.resource_server_id
    WHERE a.namespace_id IN moved AND s.namespace_id IN lost
  UNION ALL SELECT 'roles', r.id, s.id
    FROM roles r JOIN resource_servers s ON s.id = r.resource_server_id
    WHERE r.namespace_id IN moved AND s.namespace_id IN lost
  UNION ALL SELECT 'trust-policies', p.id, i.id
    FROM service_accounts a JOIN trust_policies p ON p.service_account_id = a.id
    JOIN issuers i ON i.issuer = p.issuer
    WHERE a.namespace_id IN moved AND i.namespace_id IN lost
  UNION ALL SELECT 'trust-policies', p.id, p.audience
    FROM service_accounts a JOIN trust_policies p ON p.service_account_id = a.id
    WHERE a.namespace_id IN moved AND ${namesLostPath(move, issuerUrl)}`

// Its CI asks for tokens with this audience: the path is what a policy says, not where it lies.
const namesLostPath = (move: Move, issuerUrl: string): SQL => {
  const old = `${issuerUrl}${move.from}`
  const lost = leftBehind(move).map((path) => `${issuerUrl}${path}`)
  return sql`(p.audience = ${old} OR substr(p.audience, 1, ${old.length + 1}) = ${`${old}/`}
    OR p.audience IN ${inList(lost)})`
}

/** What would break if a namespace were moved; at most 100 of it. */
export const findBroken = (db: Db, move: Move, issuerUrl: string): Promise<readonly Broken[]> =>
  reach(db, () => db.orm.all<Broken>(sql`${brokenRows(move, issuerUrl)} LIMIT ${maxBroken}`))

/** Issuers that would shadow another: one URL is registered once along each line of the tree. */
export const shadowed = ({ from, to }: Move): SQL =>
  sql`SELECT i.id FROM issuers i JOIN issuers o ON o.issuer = i.issuer
      JOIN namespaces n ON n.id = o.namespace_id
    WHERE i.namespace_id IN (${below(from)}) AND n.path IN ${inList(lineOf(parentPath(to)))}
      AND n.path NOT IN ${inList(lineOf(parentPath(from)))}`

/** The issuers of a moved namespace whose URL is registered above its new place. */
export const findShadowed = (db: Db, move: Move): Promise<readonly string[]> =>
  reach(db, async () => (await db.orm.all<{ id: string }>(shadowed(move))).map(({ id }) => id))

// So that nothing slips out of them unseen.
const limiting = sql`(n.named_tokens_max_days IS NOT NULL OR n.widening_needs_approval = 1)`

const limits = (move: Move): SQL =>
  sql`SELECT n.path FROM namespaces n WHERE n.path IN ${inList(leftBehind(move))} AND ${limiting}`

/** Limits that are left behind, beyond those that were judged. */
export const otherLimits = (move: Move, judged: readonly string[]): SQL =>
  sql`${limits(move)} AND n.path NOT IN ${inList(judged)}`

/** Which namespaces that are left behind set limits on what lies below them. */
export const findLimits = (db: Db, move: Move): Promise<readonly string[]> =>
  reach(db, async () => (await db.orm.all<{ path: string }>(limits(move))).map(({ path }) => path))

const segments = sql`(length(path) - length(replace(path, '/', '')))`

/** What would lie too deep. */
export const tooDeep = ({ from, to }: Move): SQL => {
  const deeper = to.split('/').length - from.split('/').length
  return sql`SELECT 1 FROM ${namespaces} WHERE ${withinAny(namespaces.path, [from])}
    AND ${segments} + ${deeper} > ${maxSegments}`
}

/** Whether something below a moved namespace would lie too deep. */
export const wouldBeTooDeep = (db: Db, move: Move): Promise<boolean> =>
  reach(db, async () => (await db.orm.all(sql`${tooDeep(move)} LIMIT 1`)).length > 0)
