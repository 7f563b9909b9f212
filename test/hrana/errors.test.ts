import { describe, expect, it } from 'vitest'
import { startServer } from './support/databases.ts'
import { ask, batch, CLOSE, execute, integer, run, send, text, valuesOf } from './support/wire.ts'

describe('statements that cannot run', () => {
  it.each([
    ['', 'SQL_NO_STATEMENT', 'SQL string does not contain any statement'],
    [
      ' -- nothing\n; /* at all */',
      'SQL_NO_STATEMENT',
      'SQL string does not contain any statement',
    ],
    ['SELECT 1; SELECT 2', 'SQL_MANY_STATEMENTS', 'SQL string contains more than one statement'],
    ['SELEC 1', 'SQL_PARSE_ERROR', 'SQL string could not be parsed: near "SELEC": syntax error'],
    ['SELECT (1', 'SQL_PARSE_ERROR', 'SQL string could not be parsed: incomplete input'],
    ['SELECT b FROM t', 'SQL_INPUT_ERROR', 'SQL input error: no such column: b (at offset 7)'],
    [
      "SELECT 'é', nofn(1)",
      'SQL_INPUT_ERROR',
      'SQL input error: no such function: nofn (at offset 13)',
    ],
    ['SELECT * FROM u', 'SQLITE_UNKNOWN', 'SQLite error: no such table: u'],
    ['COMMIT', 'SQLITE_UNKNOWN', 'SQLite error: cannot commit - no transaction is active'],
    [
      'INSERT INTO t VALUES (1)',
      'SQLITE_CONSTRAINT',
      'SQLite error: UNIQUE constraint failed: t.a',
    ],
    ["INSERT INTO t VALUES ('x')", 'SQLITE_MISMATCH', 'SQLite error: datatype mismatch'],
  ])('refuses %j with the code and text of the real server', async (sql, code, message) => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a INTEGER PRIMARY KEY)')
    await run(server, 'INSERT INTO t VALUES (1)')
    expect(await run(server, sql)).toEqual({ type: 'error', error: { code, message } })
  })

  it.each([
    'ATTACH DATABASE x AS y',
    'CREATE TEMP TABLE x (a)',
    'VACUUM',
    'PRAGMA journal_mode = DELETE',
    'PRAGMA wal_checkpoint',
    'PRAGMA no_such_pragma',
  ])('refuses %j, which production does not take', async (sql) => {
    const server = await startServer()
    const message = `SQL string could not be parsed: unsupported statement: ${sql}`
    const refusal = { type: 'error', error: { code: 'SQL_PARSE_ERROR', message } }
    expect(await run(server, sql)).toEqual(refusal)
    expect((await ask(server, [{ type: 'sequence', sql }, CLOSE])).results[0]).toEqual(refusal)
  })

  it.each(['PRAGMA journal_mode', 'PRAGMA main.table_info(t)', 'PRAGMA foreign_keys = on'])(
    'takes %j',
    async (sql) => {
      const server = await startServer()
      expect(await run(server, sql)).toMatchObject({ type: 'ok' })
    },
  )

  it('lets one semicolon and comments follow a statement', async () => {
    const server = await startServer()
    expect(valuesOf(await run(server, '/* a */ SELECT 1 ; -- b'))).toEqual([['1']])
  })
})

describe('arguments', () => {
  it.each([
    ['SELECT ?, ?', 1, 'value for parameter 2 not found'],
    ['SELECT ?2', 1, 'value for parameter 2 not found'],
    ['SELECT ?', 2, 'too many parameters, expected 1 found 2'],
    ['SELECT 1', 1, 'too many parameters, expected 0 found 1'],
    ['SELECT :a', 1, 'value for parameter :a not found'],
  ])('counts those of %j', async (sql, count, reason) => {
    const server = await startServer()
    const args = Array.from({ length: count }, () => integer(1))
    const message = `Arguments do not match SQL parameters: ${reason}`
    expect(await run(server, sql, ...args)).toEqual({
      type: 'error',
      error: { code: 'ARGS_INVALID', message },
    })
  })

  it('does not bind what an earlier run of the statement was given', async () => {
    const server = await startServer()
    expect(valuesOf(await run(server, 'SELECT ?', text('secret')))).toEqual([['secret']])
    expect((await run(server, 'SELECT ?')).error?.code).toBe('ARGS_INVALID')
  })

  it('sees no parameter in strings, names and comments', async () => {
    const server = await startServer()
    const sql = `SELECT '?', "?" /* ? :a */, [?] -- ?\n FROM (SELECT 1 AS "?") WHERE 5 = ?`
    expect(valuesOf(await run(server, sql, integer(5)))).toEqual([['?', '1', '1']])
  })

  it('binds a named parameter with and without its sigil, and once for all its uses', async () => {
    const server = await startServer()
    const named_args = [':a', 'b', '$c'].map((name) => ({ name, value: text(name) }))
    const stmt = { sql: 'SELECT :a, @b, $c, :a', named_args }
    const { results } = await ask(server, [{ type: 'execute', stmt }, CLOSE])
    expect(valuesOf(results[0])).toEqual([[':a', 'b', '$c', ':a']])
  })

  it('refuses positional and named arguments together', async () => {
    const server = await startServer()
    const named_args = [{ name: 'a', value: text('x') }]
    const stmt = { sql: 'SELECT ?, :a', args: [text('y')], named_args }
    const { results } = await ask(server, [{ type: 'execute', stmt }, CLOSE])
    expect(results[0]?.error?.code).toBe('ARGS_BOTH_POSITIONAL_AND_NAMED')
  })
})

describe('stored texts', () => {
  const store = (sql_id: number, sql: string) => ({ type: 'store_sql', sql_id, sql })

  it('holds fifty texts of five kilobytes', async () => {
    const server = await startServer()
    const texts = Array.from({ length: 51 }, (_, index) => store(index, 'SELECT 1'))
    const { results } = await ask(server, texts)
    expect(results.filter(({ type }) => type === 'ok')).toHaveLength(50)
    expect(results[50]?.error?.code).toBe('SQL_STORE_TOO_MANY')
    const long = await ask(server, [store(1, 'x'.repeat(5_000)), store(2, 'x'.repeat(5_001))])
    expect(long.results[0]?.type).toBe('ok')
    expect(long.results[1]?.error?.code).toBe('SQL_STORE_TOO_LARGE')
  })

  it.each([
    ['a text that is not there', [{ type: 'sequence', sql_id: 5 }]],
    ['a text under a number in use', [store(1, 'SELECT 1'), store(1, 'SELECT 2')]],
    ['a request after close', [CLOSE, execute('SELECT 1')]],
  ])('ends the stream over %s', async (_name, requests) => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a)')
    const open = await ask(server, [execute('BEGIN'), execute('INSERT INTO t VALUES (1)')])
    const refused = await send(server, requests, { baton: open.baton })
    expect(refused).toMatchObject({ status: 400, contentType: 'text/plain' })
    expect(valuesOf(await run(server, 'SELECT count(*) FROM t'))).toEqual([['0']])
    expect(await run(server, 'INSERT INTO t VALUES (2)')).toMatchObject({ type: 'ok' })
  })
})

describe('batches', () => {
  const ok = (step: number) => ({ type: 'ok', step })
  const failed = (step: number) => ({ type: 'error', step })

  type BatchLists = { readonly step_results?: unknown[]; readonly step_errors?: unknown[] }

  async function ranSteps(conditions: readonly unknown[]): Promise<string[]> {
    const server = await startServer()
    const [works, fails, skipped] = [
      { sql: 'SELECT 1' },
      { sql: 'SELECT * FROM nowhere' },
      { sql: 'SELECT 2', condition: failed(0) },
    ]
    const steps = conditions.map((condition) => ({ sql: 'SELECT 3', condition }))
    const request = batch(works, fails, skipped, ...steps)
    const { results } = await ask(server, [request, CLOSE], { path: '/v3/pipeline' })
    const { step_results, step_errors } = (results[0]?.response?.result ?? {}) as BatchLists
    return (step_results ?? []).map((result, index) => {
      if (result !== null) return 'ran'
      return step_errors?.[index] === null ? 'skipped' : 'failed'
    })
  }

  it('runs the steps whose conditions hold', async () => {
    const conditions: [unknown, string][] = [
      [ok(0), 'ran'],
      [ok(1), 'skipped'],
      [failed(1), 'ran'],
      [failed(0), 'skipped'],
      [{ type: 'not', cond: ok(1) }, 'ran'],
      [{ type: 'and', conds: [ok(0), failed(1)] }, 'ran'],
      [{ type: 'and', conds: [ok(0), ok(1)] }, 'skipped'],
      [{ type: 'or', conds: [ok(1), failed(1)] }, 'ran'],
      [{ type: 'or', conds: [] }, 'skipped'],
      [{ type: 'and', conds: [] }, 'ran'],
      [{ type: 'is_autocommit' }, 'ran'],
      [{ type: 'not', cond: { type: 'is_autocommit' } }, 'skipped'],
    ]
    const outcomes = await ranSteps(conditions.map(([condition]) => condition))
    const expected = conditions.map(([, outcome]) => outcome)
    expect(outcomes).toEqual(['ran', 'failed', 'skipped', ...expected])
  })

  it('leaves alone the pragma of a step that is skipped', async () => {
    const server = await startServer()
    const skipped = { sql: 'PRAGMA foreign_keys = OFF', condition: failed(0) }
    const request = batch({ sql: 'SELECT 1' }, skipped)
    const { results } = await ask(server, [request, execute('PRAGMA foreign_keys'), CLOSE])
    expect(valuesOf(results[1])).toEqual([['1']])
  })

  it('counts a skipped step neither as ok nor as an error', async () => {
    const outcomes = await ranSteps([ok(2), failed(2)])
    expect(outcomes.slice(3)).toEqual(['skipped', 'skipped'])
  })

  it.each([
    ['a later step', ok(1)],
    ['itself', ok(0)],
    ['no step', { type: 'ok', step: -1 }],
    ['an unknown condition', { type: 'maybe' }],
    ['autocommit, which is of version 3', { type: 'is_autocommit' }],
    ['nothing', { type: 'not' }],
  ])('refuses a condition on %s', async (_name, condition) => {
    const server = await startServer()
    const request = batch({ sql: 'CREATE TABLE t (a)', condition }, { sql: 'SELECT 1' })
    expect(await send(server, [request, CLOSE])).toMatchObject({ status: 400 })
    expect((await run(server, 'SELECT * FROM t')).type).toBe('error')
  })

  it.each(['SELEC 1', '', 'SELECT 1; SELECT 2', 'VACUUM'])(
    'runs no step of a batch or sequence when one is %j',
    async (sql) => {
      const server = await startServer()
      const { results } = await ask(server, [batch({ sql: 'CREATE TABLE t (a)' }, { sql }), CLOSE])
      expect(results[0]?.error?.code).toMatch(/^SQL_/)
      expect((await run(server, 'SELECT * FROM t')).type).toBe('error')
    },
  )
})

describe('sequences', () => {
  it('runs statements in order, bodies of triggers and all', async () => {
    const server = await startServer()
    const sql = `
      CREATE TABLE t (a TEXT); -- first; really
      CREATE TRIGGER copy AFTER INSERT ON t WHEN new.a NOT LIKE '%;'
      BEGIN INSERT INTO t VALUES (new.a || ';'); SELECT CASE WHEN 1 THEN 2 END; END;
      INSERT INTO t VALUES ('x')`
    const { results } = await ask(server, [{ type: 'sequence', sql }, CLOSE])
    expect(results[0]).toEqual({ type: 'ok', response: { type: 'sequence' } })
    expect(valuesOf(await run(server, 'SELECT a FROM t'))).toEqual([['x'], ['x;']])
  })

  it('stops at the first statement that fails', async () => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a PRIMARY KEY)')
    const sql = 'INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)'
    const { results } = await ask(server, [{ type: 'sequence', sql }, CLOSE])
    expect(results[0]?.error?.code).toBe('SQLITE_CONSTRAINT')
    expect(valuesOf(await run(server, 'SELECT a FROM t'))).toEqual([['1']])
  })

  it('refuses a text of which one statement is not SQL before the first runs', async () => {
    const server = await startServer()
    const sql = 'CREATE TABLE t (a); SELEC 1'
    const { results } = await ask(server, [{ type: 'sequence', sql }, CLOSE])
    expect(results[0]?.error?.code).toBe('SQL_PARSE_ERROR')
    expect((await run(server, 'SELECT * FROM t')).error?.message).toMatch(/no such table/)
  })

  it('has nothing against an empty text', async () => {
    const server = await startServer()
    const { results } = await ask(server, [{ type: 'sequence', sql: ' ; ' }, CLOSE])
    expect(results[0]?.type).toBe('ok')
  })
})
