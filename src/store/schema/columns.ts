import { integer, text } from 'drizzle-orm/sqlite-core'

/** A boolean column. */
export const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull()

/** A column of JSON text. */
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()

/** Columns whose names end in `_at` hold epoch milliseconds. */
export const createdAt = () => integer('created_at').notNull()

/** How often the row has changed; becomes its ETag. */
export const version = () => integer('version').notNull().default(1)
