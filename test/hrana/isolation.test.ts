import { type Client, createClient } from '@libsql/client/http'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { HranaServer } from '../../scripts/hrana/listen.ts'
import { startServer } from './support/databases.ts'
import { ask, batch, CLOSE, execute, run, send, valuesOf } from './support/wire.ts'

async function startWithTable(options: { busyMs?: number } = {}): Promise<HranaServer> {
  const server = await startServer(options)
  await run(server, 'CREATE TABLE t (a INTEGER)')
  return server
}

function connect(server: HranaServer): Client {
  const client = createClient({ url: server.url })
  onTestFinished(() => client.close())
  return client
}

describe('streams side by side', () => {
  it('do not see what the other has not committed', async () => {
    const server = await startWithTable()
    const writer = await ask(server, [execute('BEGIN'), execute('INSERT INTO t VALUES (1)')])
    const reader = await ask(server, [execute('BEGIN'), execute('SELECT a FROM t')])
    expect(valuesOf(reader.results[1])).toEqual([])
    await ask(server, [execute('COMMIT'), CLOSE], writer)
    const again = await ask(server, [execute('SELECT a FROM t')], reader)
    expect(valuesOf(again.results[0])).toEqual([])
    const after = await ask(server, [execute('COMMIT'), execute('SELECT a FROM t'), CLOSE], again)
    expect(valuesOf(after.results[1])).toEqual([['1']])
  })

  it('wait for each other to write', async () => {
    const server = await startWithTable()
    const holder = await ask(server, [execute('BEGIN IMMEDIATE')])
    const single = run(server, 'INSERT INTO t VALUES (1) RETURNING a')
    const steps = [
      { sql: 'BEGIN IMMEDIATE' },
      { sql: 'INSERT INTO t VALUES (2)' },
      { sql: 'COMMIT' },
    ]
    const several = ask(server, [batch(...steps), CLOSE])
    const sequence = ask(server, [{ type: 'sequence', sql: 'INSERT INTO t VALUES (3)' }, CLOSE])
    while (server.requests() < 5) await run(server, 'SELECT 1')
    await ask(server, [execute('INSERT INTO t VALUES (4)'), execute('COMMIT'), CLOSE], holder)
    expect(valuesOf(await single)).toEqual([['1']])
    await Promise.all([several, sequence])
    const rows = valuesOf(await run(server, 'SELECT a FROM t ORDER BY a'))
    expect(rows).toEqual([['1'], ['2'], ['3'], ['4']])
  })

  it.each(['INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (1) RETURNING a', 'BEGIN IMMEDIATE'])(
    'lose nothing that is written after %j gave up waiting',
    async (sql) => {
      const server = await startWithTable({ busyMs: 20 })
      const holder = await ask(server, [execute('BEGIN IMMEDIATE')])
      const waiter = await ask(server, [execute(sql)])
      expect(waiter.results[0]?.error).toEqual({
        code: 'SQLITE_BUSY',
        message: 'SQLite error: database is locked',
      })
      await ask(server, [execute('COMMIT'), CLOSE], holder)
      const { results } = await ask(server, [execute('INSERT INTO t VALUES (2)'), CLOSE], waiter)
      expect(results[0]?.type).toBe('ok')
      expect(valuesOf(await run(server, 'SELECT a FROM t'))).toEqual([['2']])
      expect(await run(server, 'INSERT INTO t VALUES (3)')).toMatchObject({ type: 'ok' })
    },
  )

  it('refuse to write on a snapshot that is out of date, at once', async () => {
    // Waiting would not help, so the test would not end if the server did.
    const server = await startWithTable({ busyMs: 600_000 })
    const reader = await ask(server, [execute('BEGIN'), execute('SELECT a FROM t')])
    await run(server, 'INSERT INTO t VALUES (1)')
    const requests = [execute('INSERT INTO t VALUES (2)'), execute('COMMIT'), execute('ROLLBACK')]
    const after = await ask(server, [...requests, execute('INSERT INTO t VALUES (3)')], reader)
    const ends = after.results.map((result) => result.error?.code ?? result.type)
    expect(ends).toEqual(['SQLITE_BUSY', 'SQLITE_BUSY', 'ok', 'ok'])
    expect(valuesOf(await run(server, 'SELECT a FROM t'))).toEqual([['1'], ['3']])
  })

  it('write 400 rows at once, and all of them are there', async () => {
    const server = await startWithTable({ busyMs: 60_000 })
    const client = connect(server)
    const insert = (a: number) => ({ sql: 'INSERT INTO t VALUES (?) RETURNING a', args: [a] })
    const write = async (a: number): Promise<void> => {
      if (a % 4 === 0) await client.execute(insert(a))
      if (a % 4 === 1) await client.batch([insert(a)], 'write')
      if (a % 4 === 2) await client.execute({ sql: 'INSERT INTO t VALUES (:a)', args: { a } })
      if (a % 4 === 3) await writeInTransaction(client, insert(a))
    }
    await Promise.all(Array.from({ length: 400 }, (_, a) => write(a)))
    const { rows } = await client.execute('SELECT a FROM t ORDER BY a')
    expect(rows.map(({ a }) => a)).toEqual(Array.from({ length: 400 }, (_, a) => a))
  }, 60_000)
})

async function writeInTransaction(
  client: Client,
  statement: { sql: string; args: number[] },
): Promise<void> {
  const transaction = await client.transaction('write')
  try {
    await transaction.execute('SELECT count(*) FROM t')
    await transaction.execute(statement)
    await transaction.commit()
  } finally {
    transaction.close()
  }
}

describe('a stream after another', () => {
  it('finds no table in temp', async () => {
    const server = await startServer()
    const sql = 'CREATE TABLE temp.scratch (a)'
    expect(await run(server, sql)).toMatchObject({ type: 'ok' })
    expect((await run(server, 'SELECT * FROM scratch')).error?.message).toMatch(/no such table/)
  })

  it('finds no open transaction and no savepoint', async () => {
    const server = await startServer()
    for (const sql of ['BEGIN', 'SAVEPOINT s']) {
      await run(server, sql)
      const path = '/v3/pipeline'
      const { results } = await ask(server, [execute('SELECT 1'), { type: 'get_autocommit' }], {
        path,
      })
      expect(results[1]?.response).toMatchObject({ is_autocommit: true })
    }
  })

  it('finds the pragmas as they were', async () => {
    const server = await startServer()
    expect(await run(server, 'PRAGMA foreign_keys = OFF')).toMatchObject({ type: 'ok' })
    expect(valuesOf(await run(server, 'PRAGMA foreign_keys'))).toEqual([['1']])
    await ask(server, [{ type: 'sequence', sql: 'SELECT 1; PRAGMA foreign_keys = OFF' }, CLOSE])
    expect(valuesOf(await run(server, 'PRAGMA foreign_keys'))).toEqual([['1']])
  })

  it('turns a pragma off and on again as often as it likes', async () => {
    const server = await startServer()
    const read = execute('PRAGMA foreign_keys')
    const [off, on] = [execute('PRAGMA foreign_keys = OFF'), execute('PRAGMA foreign_keys = ON')]
    const { results } = await ask(server, [off, read, on, read, off, read, CLOSE])
    const levels = [1, 3, 5].map((index) => valuesOf(results[index]))
    expect(levels).toEqual([[['0']], [['1']], [['0']]])
  })

  it('finds all counters at zero', async () => {
    const server = await startWithTable()
    await run(server, 'INSERT INTO t (rowid, a) VALUES (77, 1), (78, 2)')
    const counters = await run(server, 'SELECT last_insert_rowid(), changes()')
    expect(valuesOf(counters)).toEqual([['0', '0']])
    await run(server, 'CREATE UNIQUE INDEX one ON t (a)')
    const ignored = await run(server, 'INSERT OR IGNORE INTO t VALUES (1)')
    expect(ignored.response?.result).toMatchObject({
      affected_row_count: 0,
      last_insert_rowid: '0',
    })
  })

  it('finds no stored text', async () => {
    const server = await startServer()
    await ask(server, [{ type: 'store_sql', sql_id: 1, sql: 'SELECT 1' }, CLOSE])
    expect(await send(server, [{ type: 'sequence', sql_id: 1 }])).toMatchObject({ status: 400 })
  })

  it('sees the schema as it is now', async () => {
    const server = await startWithTable()
    const select = execute('SELECT * FROM t')
    const columns = async () => {
      const { results } = await ask(server, [select, CLOSE])
      const { cols, rows } = results[0]?.response?.result ?? {}
      return [(cols as { name: string }[] | undefined)?.map(({ name }) => name), rows]
    }
    await run(server, 'INSERT INTO t VALUES (1)')
    expect(await columns()).toEqual([['a'], [[{ type: 'integer', value: '1' }]]])
    await run(server, "ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'")
    const second = { type: 'text', value: 'x' }
    expect(await columns()).toEqual([['a', 'b'], [[{ type: 'integer', value: '1' }, second]]])
    await run(server, 'ALTER TABLE t RENAME COLUMN a TO c')
    expect(await columns()).toEqual([['c', 'b'], [[{ type: 'integer', value: '1' }, second]]])
    await run(server, 'DROP TABLE t')
    expect(await columns()).toEqual([undefined, undefined])
    await run(server, 'CREATE TABLE t (d)')
    expect(await columns()).toEqual([['d'], []])
  })

  it('may drop a table that earlier streams have read', async () => {
    const server = await startWithTable()
    await run(server, 'INSERT INTO t VALUES (1), (2)')
    await run(server, 'SELECT a FROM t')
    await run(server, 'SELECT abs(CASE a WHEN 2 THEN -9223372036854775807 - 1 ELSE a END) FROM t')
    expect(await run(server, 'DROP TABLE t')).toMatchObject({ type: 'ok' })
  })

  it('gets its own answer when more statements were used than are kept', async () => {
    const server = await startServer()
    const numbers = Array.from({ length: 250 }, (_, index) => index)
    for (const _round of [1, 2]) {
      const { results } = await ask(
        server,
        numbers.map((number) => execute(`SELECT ${number}`)),
      )
      expect(results.map((result) => valuesOf(result))).toEqual(numbers.map((n) => [[`${n}`]]))
    }
  })
})
