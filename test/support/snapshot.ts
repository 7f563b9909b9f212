import type { Gateway } from './gateway.ts'

/** Everything that the database holds, by table: what is equal has not been written to. */
export async function snapshot({ db }: Gateway): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await db.execute(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  )
  const names = rows.map((row) => String(row.name))
  const tables = await db.batch(names.map((name) => `SELECT * FROM "${name}" ORDER BY rowid`))
  return Object.fromEntries(
    tables.map((table, i) => [String(names[i]), table.rows.map((row) => Object.values(row))]),
  )
}

/** How many decisions to issue there are; those whose token was never signed are taken back. */
export async function issuedCount({ db }: Gateway): Promise<number> {
  const { rows } = await db.execute("SELECT count(*) AS n FROM decisions WHERE outcome = 'issued'")
  return Number(rows[0]?.n)
}
