import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LibsqlBatchError } from '@libsql/client'
import { DrizzleQueryError, eq, relations, sql } from 'drizzle-orm'
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql'
import { drizzle as drizzleHttp } from 'drizzle-orm/libsql/http'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import { newDatabaseFile, startServer } from './support/databases.ts'
import { openPair, type Pair } from './support/pair.ts'

const accounts = sqliteTable('account', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
  balance: integer().notNull().default(0),
})
const entries = sqliteTable('entry', {
  id: integer().primaryKey(),
  account: integer()
    .notNull()
    .references(() => accounts.id),
  note: text(),
})
const accountRelations = relations(accounts, ({ many }) => ({ entries: many(entries) }))
const entryRelations = relations(entries, ({ one }) => ({
  owner: one(accounts, { fields: [entries.account], references: [accounts.id] }),
}))
const schema = { accounts, entries, accountRelations, entryRelations }

type Db = LibSQLDatabase<typeof schema>

async function expectSame<Value>(call: (db: Db) => Promise<Value>): Promise<Value> {
  const pair: Pair = await openPair()
  const ofFile = await call(drizzle(pair.file, { schema }))
  const ofHttp = await call(drizzle(pair.http, { schema }))
  expect(ofHttp).toEqual(ofFile)
  return ofHttp
}

describe('drizzle over the server', () => {
  it('inserts and returns', async () => {
    const rows = await expectSame((db) =>
      db
        .insert(accounts)
        .values([{ name: 'cy' }, { name: 'di', balance: 4 }])
        .returning(),
    )
    expect(rows).toEqual([
      { id: 3, name: 'cy', balance: 0 },
      { id: 4, name: 'di', balance: 4 },
    ])
  })

  it('upserts, updates, deletes and selects', async () => {
    const rows = await expectSame(async (db) => {
      await db
        .insert(accounts)
        .values({ name: 'ada', balance: 1 })
        .onConflictDoUpdate({
          target: accounts.name,
          set: { balance: sql`${accounts.balance} + excluded.balance` },
        })
      await db.update(accounts).set({ balance: 7 }).where(eq(accounts.name, 'bob'))
      const gone = await db.delete(accounts).where(eq(accounts.id, 99)).returning()
      return [
        gone,
        await db.select().from(accounts).orderBy(accounts.id),
        await db.$count(accounts),
      ]
    })
    expect(rows).toEqual([
      [],
      [
        { id: 1, name: 'ada', balance: 11 },
        { id: 2, name: 'bob', balance: 7 },
      ],
      2,
    ])
  })

  it('follows relations', async () => {
    const rows = await expectSame(async (db) => {
      await db.insert(entries).values([
        { account: 1, note: 'x' },
        { account: 1, note: null },
      ])
      return db.query.accounts.findMany({ with: { entries: { columns: { note: true } } } })
    })
    expect(rows[0]?.entries).toEqual([{ note: 'x' }, { note: null }])
  })

  it('batches in one round trip', async () => {
    const rows = await expectSame((db) =>
      db.batch([
        db.insert(accounts).values({ name: 'cy' }).returning({ id: accounts.id }),
        db.select().from(accounts).where(eq(accounts.name, 'cy')),
      ]),
    )
    expect(rows).toEqual([[{ id: 3 }], [{ id: 3, name: 'cy', balance: 0 }]])
    const server = await startServer()
    const db = drizzleHttp({ connection: { url: server.url } })
    await db.batch([db.all(sql`SELECT 1`), db.all(sql`SELECT 2`)])
    expect(server.requests()).toBe(1)
  })

  it('commits a transaction and rolls another back', async () => {
    const names = await expectSame(async (db) => {
      await db.transaction(async (tx) => {
        await tx.insert(accounts).values({ name: 'kept' })
      })
      const undone = db.transaction(async (tx) => {
        await tx.insert(accounts).values({ name: 'lost' })
        tx.rollback()
      })
      await expect(undone).rejects.toThrow()
      return (await db.select().from(accounts)).map(({ name }) => name)
    })
    expect(names).toEqual(['ada', 'bob', 'kept'])
  })

  it('wraps the error of a query and passes on that of a batch', async () => {
    const { http } = await openPair()
    const db = drizzle(http, { schema })
    const query = await db
      .insert(accounts)
      .values({ name: 'ada' })
      .catch((error: unknown) => error)
    expect(query).toBeInstanceOf(DrizzleQueryError)
    expect((query as DrizzleQueryError).cause).toMatchObject({ code: 'SQLITE_CONSTRAINT' })
    const batch = await db
      .batch([db.select().from(accounts), db.insert(accounts).values({ name: 'ada' })])
      .catch((error: unknown) => error)
    expect(batch).toBeInstanceOf(LibsqlBatchError)
    expect(batch).toMatchObject({ code: 'SQLITE_CONSTRAINT', statementIndex: 1 })
  })

  it('migrates, and does nothing the second time', async () => {
    const server = await startServer()
    const db = drizzleHttp({ connection: { url: server.url } })
    const migrationsFolder = writeMigrations({
      '0000_first':
        'CREATE TABLE `a` (`id` integer);\n--> statement-breakpoint\nINSERT INTO `a` VALUES (1);',
      '0001_second': 'ALTER TABLE `a` ADD `b` text;',
    })
    await migrate(db, { migrationsFolder })
    await migrate(db, { migrationsFolder })
    expect(await db.all(sql`SELECT * FROM a`)).toEqual([{ id: 1, b: null }])
    expect(await db.all(sql`SELECT count(*) AS n FROM __drizzle_migrations`)).toEqual([{ n: 2 }])
  })
})

function writeMigrations(files: Readonly<Record<string, string>>): string {
  const folder = join(dirname(newDatabaseFile()), 'migrations')
  mkdirSync(join(folder, 'meta'), { recursive: true })
  const entries = Object.keys(files).map((tag, idx) => ({
    idx,
    version: '6',
    when: 1_700_000_000_000 + idx,
    tag,
    breakpoints: true,
  }))
  const journal = { version: '7', dialect: 'sqlite', entries }
  writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify(journal))
  for (const [tag, text] of Object.entries(files)) writeFileSync(join(folder, `${tag}.sql`), text)
  return folder
}
