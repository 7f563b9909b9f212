import { sql } from 'drizzle-orm'
import { type Db, reach } from '../db.ts'

/** What people call the role of a binding, and the group through which it comes. */
export interface BindingNames {
  readonly roleName: string
  readonly groupName: string | null
}

interface NameRow {
  readonly id: string
  readonly role_name: string
  readonly group_name: string | null
}

/** The names that go with bindings, by their ids; those that are gone meanwhile are left out. */
export const namesOfBindings = (
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BindingNames>> =>
  reach(db, async () => {
    const rows = await db.orm.all<NameRow>(
      sql`SELECT b.id, r.name AS role_name, g.name AS group_name
        FROM json_each(${JSON.stringify(ids)}) wanted
        JOIN role_bindings b ON b.id = wanted.value
        JOIN roles r ON r.id = b.role_id
        LEFT JOIN groups g ON g.id = b.group_id`,
    )
    return new Map(
      rows.map(({ id, role_name, group_name }) => [
        id,
        { roleName: role_name, groupName: group_name },
      ]),
    )
  })
