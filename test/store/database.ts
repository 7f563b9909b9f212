import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type InStatement, type InValue } from '@libsql/client/http'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { migrateDatabase } from '../../scripts/database/provision.ts'
import { type HranaServer, startHranaServer } from '../../scripts/hrana/listen.ts'
import { byTheClock } from '../../src/core/audit-actor.ts'
import { sha256 } from '../../src/crypto/digest.ts'
import { newId } from '../../src/crypto/random.ts'
import { type Db, openDb, type Scribe } from '../../src/store/db.ts'
import { settings } from '../support/settings.ts'

type Row = Readonly<Record<string, InValue>>

export interface Database {
  readonly db: Db
  /** Runs statements beside the code under test, in one transaction. */
  write(...statements: readonly InStatement[]): Promise<void>
  /** The rows of a query. */
  read(sql: string, ...args: InValue[]): Promise<Record<string, unknown>[]>
  /** The one value of a query. */
  value(sql: string, ...args: InValue[]): Promise<unknown>
  /** Round trips so far. */
  requests(): number
}

const nowMs = 1_800_000_000_000
const scribe: Scribe = {
  author: byTheClock(nowMs, 'test'),
  newEventId: () => newId('evt', nowMs),
  sha256,
}

/** The statement that adds a row. */
export const row = (table: string, members: Row): InStatement => ({
  sql: `INSERT INTO ${table} (${Object.keys(members).join()})
    VALUES (${Object.keys(members)
      .map(() => '?')
      .join()})`,
  args: Object.values(members),
})

const open = (server: HranaServer): Database => {
  const client = createClient({ url: server.url })
  const read: Database['read'] = async (sql, ...args) => {
    const { rows } = await client.execute({ sql, args })
    return rows.map((each) => ({ ...each }))
  }
  return {
    db: openDb({ url: server.url, authToken: undefined }, () => 5000, scribe),
    read,
    write: async (...statements) => {
      await client.batch([...statements], 'write')
    },
    value: async (sql, ...args) => Object.values((await read(sql, ...args))[0] ?? {})[0],
    requests: () => server.requests(),
  }
}

/** Gives each test of a file a migrated database of its own, behind a server. */
export const useDatabase = (...seed: readonly InStatement[]): (() => Database) => {
  let folder = ''
  let server: HranaServer | undefined
  let database: Database | undefined
  const start = (file: string) => startHranaServer({ file: join(folder, file), synchronous: 'OFF' })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-store-'))
    const template = await start('template.db')
    await migrateDatabase({ libsqlUrl: template.url, ...settings })
    if (seed.length > 0) await open(template).write(...seed)
    await template.close()
  })
  beforeEach(async () => {
    await copyFile(join(folder, 'template.db'), join(folder, 'test.db'))
    server = await start('test.db')
    database = open(server)
  })
  afterEach(async () => {
    await server?.close()
    for (const suffix of ['', '-wal', '-shm']) {
      await rm(join(folder, `test.db${suffix}`), { force: true })
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return () => {
    if (database === undefined) throw new Error('the database runs only while tests do')
    return database
  }
}
