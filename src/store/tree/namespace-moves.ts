import { eq, type SQL, sql } from 'drizzle-orm'
import type { Move } from '../../core/moving.ts'
import { lineOf, parentPath } from '../../core/namespace.ts'
import type { Db } from '../db.ts'
import { inList } from '../in-list.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { withinAny } from '../page.ts'
import { namespaces } from '../schema/tree.ts'
import { gainedRows, unapprovedRows } from './moved-gains.ts'
import { brokenRows, otherLimits, shadowed, tooDeep } from './moved-references.ts'
import { endTokensForOthers } from './namespace-endings.ts'
import { type Namespace, placeOf } from './namespaces.ts'

const lineSuspended = ({ from, to }: Move): SQL =>
  sql`SELECT 1 FROM namespaces WHERE enabled = 0 AND path IN ${inList([...lineOf(from), ...lineOf(parentPath(to))])}`

/** What was found when a move was judged, and where it goes. */
export interface JudgedMove extends Move {
  readonly parentId: string
  /** Namespaces whose limits the actor may lift. */
  readonly limits: readonly string[]
  readonly issuerUrl: string
  /** Epoch seconds. */
  readonly now: number
}

/**
 * Moves a namespace with all below it, if it and its new parent are where they were (guard 0),
 * neither is suspended (guard 1), no limits are left behind but those that were judged (guard 2), nothing
 * breaks (guard 3), shadows (guard 4) or gets too deep (guard 5), nothing is handed out by it (guard 6)
 * or comes past a second owner (guard 7). Tokens that say where they hold end with it: something else
 * may come to the old path.
 */
export const moveNamespace = (db: Db, namespace: Namespace, move: JudgedMove): Promise<Outcome> => {
  const { id } = namespace
  const { from, to, parentId, limits, issuerUrl, now } = move
  const isAt = (which: string, path: string) =>
    sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${which} AND path = ${path})`
  const none = (found: SQL) => guard(db, sql`NOT EXISTS (${found})`)
  return mutate(db, placeOf(namespace), {
    target: id,
    details: { from, to },
    guards: [
      guard(db, sql`${isAt(id, from)} AND ${isAt(parentId, parentPath(to))}`),
      none(lineSuspended(move)),
      none(otherLimits(move, limits)),
      none(brokenRows(move, issuerUrl)),
      none(shadowed(move)),
      none(tooDeep(move)),
      none(gainedRows(move)),
      none(unapprovedRows(move)),
    ],
    statements: [
      endTokensForOthers(db, from, now),
      db.orm
        .update(namespaces)
        .set({ path: sql`${to} || substr(${namespaces.path}, ${from.length + 1})` })
        .where(withinAny(namespaces.path, [from])),
      db.orm.update(namespaces).set({ parentId }).where(eq(namespaces.id, id)),
    ],
  })
}
