import type { Client } from '@libsql/client'
import { describe, expect, it } from 'vitest'
import { expectSame, expectSameRefusal, openPair, refusals } from './support/pair.ts'

const VIOLATIONS: [string, string, string][] = [
  ['UNIQUE', "INSERT INTO account (name) VALUES ('ada')", 'account.name'],
  ['UNIQUE', "INSERT INTO account (id, name) VALUES (1, 'cy') RETURNING id", 'account.id'],
  ['CHECK', 'UPDATE account SET balance = -1', 'balance >= 0'],
  ['NOT NULL', 'INSERT INTO account (name) VALUES (NULL)', 'account.name'],
]

describe('broken constraints', () => {
  it.each(VIOLATIONS)('refuse a single statement: %s', async (kind, sql, what) => {
    const pair = await openPair()
    expect(await expectSameRefusal(pair, (client) => client.execute(sql))).toEqual({
      kind: 'LibsqlError',
      code: 'SQLITE_CONSTRAINT',
      statementIndex: undefined,
      message: `${kind} constraint failed: ${what}`,
    })
  })

  it.each(VIOLATIONS)(
    'refuse a whole batch and name the statement: %s',
    async (kind, sql, what) => {
      const pair = await openPair()
      const refused = await expectSameRefusal(pair, (client) =>
        client.batch(
          ["INSERT INTO account (name) VALUES ('cy')", 'SELECT 1', sql, 'SELECT 2'],
          'write',
        ),
      )
      expect(refused).toEqual({
        kind: 'LibsqlBatchError',
        code: 'SQLITE_CONSTRAINT',
        statementIndex: 2,
        message: `${kind} constraint failed: ${what}`,
      })
      await expectSame(pair, (client) => client.execute('SELECT * FROM account'))
    },
  )

  it.each([
    'INSERT INTO entry (account) VALUES (9)',
    'INSERT INTO entry (account) VALUES (9) RETURNING id',
  ])('refuse a foreign key that leads nowhere: %s', async (sql) => {
    const pair = await openPair()
    const refused = await expectSameRefusal(pair, (client) => client.execute(sql))
    expect(refused).toMatchObject({
      code: 'SQLITE_CONSTRAINT',
      message: 'FOREIGN KEY constraint failed',
    })
    await expectSame(pair, (client) => client.execute('SELECT count(*) FROM entry'))
  })

  it('refuse to delete what is referred to', async () => {
    const pair = await openPair()
    await expectSame(pair, (client) => client.execute('INSERT INTO entry (account) VALUES (1)'))
    await expectSameRefusal(pair, (client) => client.execute('DELETE FROM account WHERE id = 1'))
  })

  it('refuse a deferred foreign key at the commit of a batch, without an index', async () => {
    const pair = await openPair()
    const refused = await expectSameRefusal(pair, (client) =>
      client.batch(
        ['PRAGMA defer_foreign_keys = ON', 'INSERT INTO entry (account) VALUES (9)'],
        'write',
      ),
    )
    expect(refused).toMatchObject({ kind: 'LibsqlError', code: 'SQLITE_CONSTRAINT' })
    await expectSame(pair, (client) => client.execute('SELECT count(*) FROM entry'))
  })

  it('refuse a migration as a whole', async () => {
    const pair = await openPair()
    const refused = await expectSameRefusal(pair, (client) =>
      client.migrate(['CREATE TABLE extra (a)', "INSERT INTO account (name) VALUES ('ada')"]),
    )
    expect(refused).toMatchObject({ kind: 'LibsqlBatchError', statementIndex: 1 })
    await expectSame(pair, (client) => client.execute('PRAGMA foreign_keys'))
    await expectSame(pair, (client) => client.execute('SELECT name FROM sqlite_schema'))
  })

  it('refuse the rest of executeMultiple, and keep what came before', async () => {
    const pair = await openPair()
    const refused = await expectSameRefusal(pair, (client) =>
      client.executeMultiple(`
        INSERT INTO account (name) VALUES ('cy');
        INSERT INTO account (name) VALUES ('ada');
        INSERT INTO account (name) VALUES ('di');`),
    )
    expect(refused.message).toBe('UNIQUE constraint failed: account.name')
    const { http } = await expectSame(pair, (client) => client.execute('SELECT name FROM account'))
    expect(http.rows.map(({ name }) => name)).toEqual(['ada', 'bob', 'cy'])
  })

  it('refuse one statement of a transaction and name it within its batch', async () => {
    const pair = await openPair()
    const refused = await expectSameRefusal(pair, async (client) => {
      const transaction = await client.transaction('write')
      try {
        await transaction.batch(['SELECT 1', 'UPDATE account SET balance = -1', 'SELECT 2'])
      } finally {
        transaction.close()
      }
    })
    expect(refused).toMatchObject({ kind: 'LibsqlBatchError', statementIndex: 1 })
  })

  it('roll the transaction back where the statement says so', async () => {
    const pair = await openPair()
    const sql = "INSERT OR ROLLBACK INTO account (name) VALUES ('ada')"
    const refused = await expectSameRefusal(pair, (client) =>
      client.batch(["INSERT INTO account (name) VALUES ('cy')", sql], 'write'),
    )
    expect(refused).toMatchObject({ code: 'SQLITE_CONSTRAINT', statementIndex: 1 })
    await expectSame(pair, (client) => client.execute('SELECT count(*) AS n FROM account'))
  })
})

describe('other refusals that are the same', () => {
  it('refuse to use a transaction that has ended', async () => {
    const pair = await openPair()
    const { file, http } = await refusals(pair, async (client) => {
      const transaction = await client.transaction('write')
      await transaction.commit()
      await transaction.execute('SELECT 1')
    })
    expect([file.code, http.code]).toEqual(['TRANSACTION_CLOSED', 'TRANSACTION_CLOSED'])
  })

  it.each([
    ['an integer that overflows', 'SELECT abs(-9223372036854775807 - 1)'],
    ['JSON that is none', "SELECT json('{')"],
    ['a table that is not there', 'SELECT * FROM nowhere'],
    ['a column that is not there', 'INSERT INTO account (colour) VALUES (1)'],
    ['a table that is there', 'CREATE TABLE account (a)'],
    [
      'an error in row 150',
      `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n
       WHERE i < 200) SELECT abs(CASE i WHEN 150 THEN -9223372036854775807 - 1 ELSE i END) FROM n`,
    ],
  ])('refuse %s with one text, and a code that differs', async (_name, sql) => {
    const pair = await openPair()
    const { file, http } = await refusals(pair, (client) => client.execute(sql))
    expect(http.message).toBe(file.message)
    expect([file.code, http.code]).toEqual(['SQLITE_ERROR', 'SQLITE_UNKNOWN'])
  })

  it.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [2n ** 64n]])(
    'refuse the argument %s before anything is sent',
    async (value) => {
      const pair = await openPair()
      // Not a value that the type admits, which is the point.
      const args = [value] as unknown as [number]
      const { file, http } = await refusals(pair, (client) =>
        client.execute({ sql: 'SELECT ?', args }),
      )
      expect(http.kind).toBe(file.kind)
    },
  )
})

// Here the server follows libsql-server and not the file client: code must work in production.
describe('known differences', () => {
  async function outcome(client: Client, sql: string): Promise<unknown> {
    return client.execute(sql).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
  }

  it.each([
    ['SELEC 1', 'SQLITE_ERROR', 'SQL_PARSE_ERROR'],
    ['SELECT colour FROM account', 'SQLITE_ERROR', 'SQL_INPUT_ERROR'],
    ['', 'SQLITE_UNKNOWN_0', 'SQL_NO_STATEMENT'],
    ['SELECT 1; SELECT 2', 'ok', 'SQL_MANY_STATEMENTS'],
    ['SELECT ?', 'ok', 'ARGS_INVALID'],
    ['CREATE TEMP TABLE x (a)', 'ok', 'SQL_PARSE_ERROR'],
  ])('%j is %s for the file client and %s for the server', async (sql, ofFile, ofHttp) => {
    const pair = await openPair()
    expect(await outcome(pair.file, sql)).toBe(ofFile)
    expect(await outcome(pair.http, sql)).toBe(ofHttp)
  })

  it('the server refuses a batch with a syntax error before it begins, without an index', async () => {
    const pair = await openPair()
    const { file, http } = await refusals(pair, (client) => client.batch(['SELECT 1', 'SELEC 2']))
    expect([file.kind, file.statementIndex]).toEqual(['LibsqlBatchError', 1])
    expect([http.kind, http.statementIndex]).toEqual(['LibsqlError', undefined])
  })

  it('the server counts rows that come with RETURNING', async () => {
    const { file, http } = await openPair()
    const sql = "INSERT INTO account (name) VALUES ('cy') RETURNING id"
    expect(await file.execute(sql)).toMatchObject({ rowsAffected: 0, lastInsertRowid: undefined })
    expect(await http.execute(sql)).toMatchObject({ rowsAffected: 1, lastInsertRowid: 3n })
  })

  it('the server tells a rowid only for an insert, and never that of another stream', async () => {
    const { http } = await openPair()
    const update = await http.execute('UPDATE account SET balance = 1')
    expect(update.lastInsertRowid).toBeUndefined()
    const nothing = await http.execute("INSERT OR IGNORE INTO account (name) VALUES ('ada')")
    expect(nothing.lastInsertRowid).toBe(0n)
  })

  it('a boolean argument is an integer for the server and a real for the file client', async () => {
    const { file, http } = await openPair()
    const statement = { sql: 'SELECT typeof(?) AS type', args: [true] }
    expect((await file.execute(statement)).rows[0]?.type).toBe('real')
    expect((await http.execute(statement)).rows[0]?.type).toBe('integer')
  })
})
