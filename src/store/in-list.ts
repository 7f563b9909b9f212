import { type SQL, sql } from 'drizzle-orm'

/** A list for `IN`, as one parameter however long it is. */
export const inList = (values: readonly string[] = []): SQL =>
  sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`
