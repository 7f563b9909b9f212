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

/** What administration can change; decisions may still be on their way from earlier requests. */
export async function configuration(gateway: Gateway): Promise<Readonly<Record<string, unknown>>> {
  const { decisions: _, omitted_decisions: __, ...tables } = await snapshot(gateway)
  return tables
}

/** How many decisions to issue there are; those whose token was never signed are taken back. */
export async function issuedCount({ db }: Gateway): Promise<number> {
  const { rows } = await db.execute("SELECT count(*) AS n FROM decisions WHERE outcome = 'issued'")
  return Number(rows[0]?.n)
}
