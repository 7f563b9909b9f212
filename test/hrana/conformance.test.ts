import { describe, expect, it } from 'vitest'
import { expectSame, expectSameRefusal, openPair } from './support/pair.ts'

describe('single statements', () => {
  it.each([
    ['rows with types', 'SELECT id, name, balance FROM account ORDER BY id'],
    ['no rows', 'SELECT * FROM entry'],
    ['expressions', 'SELECT count(*) AS n, sum(balance), avg(balance), max(name) FROM account'],
    ['columns of one name', 'SELECT 1 AS a, 2 AS a, 3 AS b'],
    ['a join with columns of one name', 'SELECT * FROM account a JOIN account b ON a.id < b.id'],
    ['columns without a name', "SELECT 1, 'x', NULL, x'00ff'"],
    ['NULL in every place', 'SELECT NULL, (SELECT name FROM account WHERE id = 9)'],
    ['real numbers', 'SELECT 1.5, 1.0, -0.25, 1e300'],
    ['an empty blob and an empty text', "SELECT x'', ''"],
    ['text beyond ASCII', "SELECT 'é \u{1f512} \u0301', length('\u{1f512}')"],
    ['JSON functions', `SELECT json_extract('{"a":[1,{"b":null}]}', '$.a[1]'), json('[1, 2]')`],
    ['JSON operators', `SELECT '{"a":{"b":5}}' -> 'a', '{"a":{"b":5}}' ->> '$.a.b'`],
    ['json_each', `SELECT key, value, type FROM json_each('[1,"x",null,2.5]')`],
    ['json_group_array', 'SELECT json_group_array(name) FROM account'],
    [
      'a recursive CTE',
      'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n',
    ],
    ['a window function', 'SELECT name, sum(balance) OVER (ORDER BY id) AS total FROM account'],
    ['VALUES', 'VALUES (1, 2), (3, 4)'],
    ['EXPLAIN QUERY PLAN', 'EXPLAIN QUERY PLAN SELECT * FROM account WHERE id = 1'],
    ['a pragma', 'PRAGMA table_info(account)'],
    ['a pragma as a table', "SELECT name FROM pragma_table_info('account')"],
    ['dates', "SELECT datetime(0, 'unixepoch'), strftime('%Y', '2026-01-02')"],
    ['a vector function', "SELECT vector_extract(vector32('[1,2,3]'))"],
    ['a trailing semicolon', 'SELECT 1 AS one;'],
  ])('reads %s', async (_name, sql) => {
    const pair = await openPair()
    const { http } = await expectSame(pair, (client) => client.execute(sql))
    expect(http.columns.length).toBeGreaterThan(0)
  })

  it.each([
    ['INSERT', "INSERT INTO account (name) VALUES ('cy'), ('di')", 2],
    ['INSERT … SELECT', 'INSERT INTO entry (account) SELECT id FROM account', 2],
    ['UPDATE', 'UPDATE account SET balance = balance + 1', 2],
    ['UPDATE of nothing', 'UPDATE account SET balance = 1 WHERE id = 9', 0],
    ['DELETE', 'DELETE FROM account WHERE id = 1', 1],
    ['REPLACE', "REPLACE INTO account (id, name) VALUES (1, 'bob')", 1],
    ['INSERT OR IGNORE', "INSERT OR IGNORE INTO account (name) VALUES ('ada')", 0],
    [
      'an upsert',
      "INSERT INTO account (name) VALUES ('ada') ON CONFLICT (name) DO UPDATE SET balance = 99",
      1,
    ],
    ['DDL', 'CREATE INDEX by_balance ON account (balance)', 0],
    [
      'an INSERT with a CTE',
      "WITH x AS (SELECT 'eve' n) INSERT INTO account (name) SELECT n FROM x",
      1,
    ],
  ])('counts the rows of %s', async (_name, sql, count) => {
    const pair = await openPair()
    const { http } = await expectSame(pair, (client) => client.execute(sql))
    expect(http.rowsAffected).toBe(count)
    await expectSame(pair, (client) => client.execute('SELECT * FROM account'))
  })

  it('tells the rowid of an insert', async () => {
    const pair = await openPair()
    const both = await expectSame(pair, (client) =>
      client.execute("INSERT INTO account (name) VALUES ('cy')"),
    )
    expect([both.file.lastInsertRowid, both.http.lastInsertRowid]).toEqual([3n, 3n])
  })

  it('tells a rowid that no JavaScript number can hold', async () => {
    const { http } = await openPair()
    const sql = 'INSERT INTO entry (id, account) VALUES (9007199254740993, 1)'
    expect((await http.execute(sql)).lastInsertRowid).toBe(9007199254740993n)
  })

  it.each([
    "INSERT INTO account (name) VALUES ('cy'), ('di') RETURNING id, name AS who",
    'UPDATE account SET balance = balance * 2 RETURNING *',
    'DELETE FROM account WHERE id = 2 RETURNING name',
    "INSERT INTO account (name) VALUES ('ada') ON CONFLICT DO NOTHING RETURNING id",
    `INSERT INTO account (name, balance) VALUES ('ada', 5)
       ON CONFLICT (name) DO UPDATE SET balance = account.balance + excluded.balance RETURNING balance`,
  ])('returns the rows of %j', async (sql) => {
    const pair = await openPair()
    const { http } = await expectSame(pair, (client) => client.execute(sql))
    expect(http.rowsAffected).toBe(http.rows.length)
    await expectSame(pair, (client) => client.execute('SELECT * FROM account'))
  })

  it('runs triggers without counting what they write', async () => {
    const pair = await openPair()
    const { http } = await expectSame(pair, async (client) => {
      await client.execute(`CREATE TRIGGER log AFTER INSERT ON account BEGIN
        INSERT INTO entry (account, note) VALUES (new.id, 'a'), (new.id, 'b'); END`)
      return client.execute("INSERT INTO account (name) VALUES ('cy')")
    })
    expect(http).toMatchObject({ rowsAffected: 1, lastInsertRowid: 3n })
    await expectSame(pair, (client) => client.execute('SELECT * FROM entry'))
  })

  it('creates STRICT and WITHOUT ROWID tables, generated columns and views', async () => {
    const pair = await openPair()
    await expectSame(pair, async (client) => {
      await client.executeMultiple(`
        CREATE TABLE s (a TEXT PRIMARY KEY, n INT, twice INT AS (n * 2) STORED) STRICT, WITHOUT ROWID;
        CREATE VIEW v AS SELECT a || '!' AS loud, twice FROM s;`)
      await client.execute({ sql: 'INSERT INTO s (a, n) VALUES (?, ?)', args: ['x', 4] })
      return client.batch(['SELECT * FROM s', 'SELECT * FROM v'])
    })
  })
})

describe('arguments', () => {
  it.each([
    ['text, null and a number', ['x', null, 2.5]],
    ['a whole number, which travels as a real', [5, 0, -1]],
    ['a big integer', [5n, -5n, 2n ** 52n]],
    ['a blob', [new Uint8Array([0, 1, 255]), new Uint8Array(0), new Uint8Array([1]).buffer]],
    ['a date', [new Date(1_700_000_000_000), 'x', 'y']],
  ])('binds %s', async (_name, args) => {
    const pair = await openPair()
    const sql = 'SELECT ? AS a, ? AS b, ? AS c, typeof(?1), typeof(?2), typeof(?3)'
    await expectSame(pair, (client) => client.execute({ sql, args }))
    await expectSame(pair, (client) => client.execute(sql, args))
  })

  it.each([
    { a: 1, b: 'x' },
    { ':a': 1, ':b': 'x' },
    { a: 1, ':b': null },
  ])('binds the names of %j', async (args) => {
    const pair = await openPair()
    await expectSame(pair, (client) => client.execute({ sql: 'SELECT :a, :b, :a AS again', args }))
  })

  it('stores a number in a TEXT column as the text of a real', async () => {
    const pair = await openPair()
    const { http } = await expectSame(pair, (client) =>
      client.execute({
        sql: 'INSERT INTO entry (account, note) VALUES (1, ?) RETURNING note',
        args: [5],
      }),
    )
    expect(http.rows[0]?.note).toBe('5.0')
  })

  it('reads what it wrote', async () => {
    const pair = await openPair()
    const values = ['', 'x', null, 1.5, 7, 7n, -(2n ** 53n) + 1n, new Uint8Array([9, 0])]
    await expectSame(pair, async (client) => {
      for (const value of values) {
        await client.execute({ sql: 'INSERT INTO anything VALUES (?)', args: [value] })
      }
      return client.execute('SELECT value, typeof(value) FROM anything ORDER BY rowid')
    })
  })
})

describe('integers beyond 2^53', () => {
  const sql = 'SELECT 9007199254740993 AS big, -9223372036854775808 AS least, 5 AS small'

  it.each(['bigint', 'string'] as const)('come as %s when asked for', async (intMode) => {
    const pair = await openPair(intMode)
    const { http } = await expectSame(pair, (client) => client.execute(sql))
    expect(String(http.rows[0]?.least)).toBe('-9223372036854775808')
    expect(typeof http.rows[0]?.small).toBe(intMode)
  })

  it('are refused as numbers', async () => {
    const pair = await openPair()
    for (const client of [pair.file, pair.http]) {
      await expect(client.execute(sql)).rejects.toThrow(RangeError)
    }
  })

  it('travel as arguments', async () => {
    const pair = await openPair('bigint')
    const args = [2n ** 63n - 1n, -(2n ** 63n)]
    await expectSame(pair, (client) => client.execute({ sql: 'SELECT ? AS a, ? AS b', args }))
  })
})

describe('several statements', () => {
  it.each(['write', 'read', 'deferred'] as const)('run as a %s batch', async (mode) => {
    const pair = await openPair()
    const { http } = await expectSame(pair, (client) =>
      client.batch(
        [
          'SELECT name FROM account',
          { sql: 'SELECT * FROM account WHERE id = ?', args: [2] },
          ['SELECT :x AS x', { x: 'y' }],
          { sql: 'SELECT * FROM account WHERE id = ?', args: [1] },
        ],
        mode,
      ),
    )
    expect(http).toHaveLength(4)
  })

  it('write together', async () => {
    const pair = await openPair()
    await expectSame(pair, (client) =>
      client.batch(
        [
          "INSERT INTO account (name) VALUES ('cy')",
          "UPDATE account SET balance = balance + 5 WHERE name = 'ada'",
          'DELETE FROM account WHERE id = 2',
          'SELECT * FROM account',
          'SELECT last_insert_rowid() AS rowid, changes() AS changes',
        ],
        'write',
      ),
    )
  })

  it('run as a batch of none', async () => {
    const pair = await openPair()
    const { http } = await expectSame(pair, (client) => client.batch([]))
    expect(http).toEqual([])
  })

  it('run as a batch of many, with texts too long or too many to be stored', async () => {
    const pair = await openPair()
    const short = Array.from({ length: 60 }, (_, n) => `SELECT ${n} AS n`)
    const long = `SELECT '${'x'.repeat(6_000)}' AS long`
    const { http } = await expectSame(pair, (client) => client.batch([...short, long, ...short]))
    expect(http).toHaveLength(121)
  })

  it('run through executeMultiple', async () => {
    const pair = await openPair()
    await expectSame(pair, async (client) => {
      await client.executeMultiple(`
        INSERT INTO account (name) VALUES ('semi;colon'); -- a comment;
        CREATE TRIGGER t AFTER DELETE ON account BEGIN SELECT 1; SELECT 2; END;
        /* ; */ DELETE FROM account WHERE id = 1;`)
      return client.execute('SELECT * FROM account')
    })
  })

  it('migrate without foreign keys, which are on again afterwards', async () => {
    const pair = await openPair()
    await pair.file.execute('INSERT INTO entry (account) VALUES (1)')
    await pair.http.execute('INSERT INTO entry (account) VALUES (1)')
    await expectSame(pair, (client) =>
      client.migrate([
        'CREATE TABLE account_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
        'INSERT INTO account_new SELECT id, name FROM account',
        'DROP TABLE account',
        'ALTER TABLE account_new RENAME TO account',
      ]),
    )
    await expectSame(pair, (client) => client.execute('PRAGMA foreign_keys'))
    await expectSame(pair, (client) => client.execute('SELECT * FROM account'))
    await expectSameRefusal(pair, (client) =>
      client.execute('INSERT INTO entry (account) VALUES (9)'),
    )
  })
})

describe('interactive transactions', () => {
  it.each(['write', 'read', 'deferred'] as const)('commit in %s mode', async (mode) => {
    const pair = await openPair()
    await expectSame(pair, async (client) => {
      const transaction = await client.transaction(mode)
      const first = await transaction.execute('SELECT count(*) AS n FROM account')
      const several = await transaction.batch([
        { sql: 'SELECT name FROM account WHERE id = ?', args: [1] },
        'SELECT max(id) AS last FROM account',
      ])
      await transaction.commit()
      return [first, ...several, transaction.closed]
    })
  })

  it('write, and see what they wrote', async () => {
    const pair = await openPair()
    await expectSame(pair, async (client) => {
      const transaction = await client.transaction('write')
      const inserted = await transaction.execute("INSERT INTO account (name) VALUES ('cy')")
      await transaction.executeMultiple(
        'UPDATE account SET balance = 1; DELETE FROM account WHERE id = 2;',
      )
      const inside = await transaction.execute('SELECT * FROM account')
      await transaction.commit()
      return [inserted, inside, await client.execute('SELECT * FROM account')]
    })
  })

  it.each(['rollback', 'close'] as const)('leave nothing behind after %s', async (end) => {
    const pair = await openPair()
    const { http } = await expectSame(pair, async (client) => {
      const transaction = await client.transaction('write')
      await transaction.execute('DELETE FROM account')
      await transaction[end]()
      const after = await client.execute('SELECT count(*) AS n FROM account')
      return [transaction.closed, after.rows[0]?.n]
    })
    expect(http).toEqual([true, 2])
  })

  it('go on after a statement that failed', async () => {
    const pair = await openPair()
    const { http } = await expectSame(pair, async (client) => {
      const transaction = await client.transaction('write')
      await transaction.execute("INSERT INTO account (name) VALUES ('cy')")
      const failed = transaction.execute("INSERT INTO account (name) VALUES ('ada')")
      await expect(failed).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' })
      await transaction.commit()
      return (await client.execute('SELECT count(*) AS n FROM account')).rows[0]?.n
    })
    expect(http).toBe(3)
  })

  it('keep a savepoint and undo another', async () => {
    const pair = await openPair()
    const { http } = await expectSame(pair, async (client) => {
      const transaction = await client.transaction('write')
      await transaction.batch([
        'SAVEPOINT a',
        "INSERT INTO account (name) VALUES ('kept')",
        'RELEASE a',
      ])
      await transaction.batch(['SAVEPOINT b', 'DELETE FROM account', 'ROLLBACK TO b', 'RELEASE b'])
      await transaction.commit()
      return (await client.execute('SELECT count(*) AS n FROM account')).rows[0]?.n
    })
    expect(http).toBe(3)
  })
})
