import { describe, expect, it } from 'vitest'
import { startServer } from './support/databases.ts'
import {
  ask,
  batch,
  CLOSE,
  execute,
  integer,
  post,
  run,
  send,
  text,
  valuesOf,
  type WireRequest,
} from './support/wire.ts'

describe('routes', () => {
  it.each(['/v2', '/v3', '/health'])('answers GET %s', async (path) => {
    const server = await startServer()
    const response = await fetch(`${server.url}${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
  })

  it.each(['/v3-protobuf/pipeline', '/v3/cursor', '/v1/execute', '/', '/v2/pipeline/x'])(
    'does not know POST %s',
    async (path) => {
      const server = await startServer()
      expect(await post(server, '{"requests":[]}', { path })).toMatchObject({ status: 404 })
      expect(server.requests()).toBe(0)
    },
  )

  it('does not answer GET on a pipeline', async () => {
    const server = await startServer()
    expect((await fetch(`${server.url}/v2/pipeline`)).status).toBe(404)
  })

  it('takes the same pipeline under /v3, and with a query string', async () => {
    const server = await startServer()
    for (const path of ['/v2/pipeline', '/v3/pipeline', '/v2/pipeline?x=1']) {
      const { results } = await ask(server, [execute('SELECT 7'), CLOSE], { path })
      expect(valuesOf(results[0])).toEqual([['7']])
    }
    expect(server.requests()).toBe(3)
  })
})

describe('pipelines', () => {
  it('answers every request in its order and with its type', async () => {
    const server = await startServer()
    const requests: WireRequest[] = [
      execute('CREATE TABLE t (a)'),
      { type: 'store_sql', sql_id: 1, sql: 'INSERT INTO t VALUES (1)' },
      { type: 'sequence', sql_id: 1 },
      { type: 'describe', sql: 'SELECT a FROM t' },
      batch({ sql: 'SELECT a FROM t' }),
      { type: 'close_sql', sql_id: 1 },
      { type: 'close_sql', sql_id: 99 },
      CLOSE,
    ]
    const { baton, base_url, results } = await ask(server, requests)
    expect(results.map(({ response }) => response?.type)).toEqual(requests.map(({ type }) => type))
    expect({ baton, base_url }).toEqual({ baton: null, base_url: null })
  })

  it('goes on after a request that failed', async () => {
    const server = await startServer()
    const { results } = await ask(server, [execute('SELECT x FROM nowhere'), execute('SELECT 2')])
    expect(results[0]).toEqual({
      type: 'error',
      error: { code: 'SQLITE_UNKNOWN', message: 'SQLite error: no such table: nowhere' },
    })
    expect(valuesOf(results[1])).toEqual([['2']])
  })

  it('leaves out the rows that nobody wants', async () => {
    const server = await startServer()
    const stmt = { sql: 'SELECT 1 AS one', want_rows: false }
    const { results } = await ask(server, [{ type: 'execute', stmt }, CLOSE])
    expect(results[0]?.response?.result).toEqual({
      cols: [{ name: 'one', decltype: null }],
      rows: [],
      affected_row_count: 0,
      last_insert_rowid: null,
    })
  })

  it('describes a statement without running it', async () => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a INTEGER)')
    const sql = 'INSERT INTO t VALUES (?), (:b), (?4) RETURNING a'
    const { results } = await ask(server, [{ type: 'describe', sql }, CLOSE])
    expect(results[0]?.response?.result).toEqual({
      params: [{ name: null }, { name: ':b' }, { name: null }, { name: null }],
      cols: [{ name: 'a', decltype: 'INTEGER' }],
      is_explain: false,
      is_readonly: false,
    })
    expect(valuesOf(await run(server, 'SELECT count(*) FROM t'))).toEqual([['0']])
  })

  it('tells autocommit, which version 2 does not have', async () => {
    const server = await startServer()
    const requests = [execute('BEGIN'), { type: 'get_autocommit' }, CLOSE]
    const { results } = await ask(server, requests, { path: '/v3/pipeline' })
    expect(results[1]?.response).toEqual({ type: 'get_autocommit', is_autocommit: false })
    expect(await send(server, requests)).toMatchObject({ status: 400, contentType: 'text/plain' })
  })
})

describe('malformed messages', () => {
  const insert = execute('INSERT INTO t VALUES (1)')
  const cases: [string, string][] = [
    ['no JSON', '{"requests":'],
    ['no object', '[]'],
    ['no list', '{"requests":{}}'],
    ['an unknown request', JSON.stringify({ requests: [insert, { type: 'explode' }] })],
    [
      'a statement without SQL',
      JSON.stringify({ requests: [insert, { type: 'execute', stmt: {} }] }),
    ],
    [
      'SQL twice',
      JSON.stringify({ requests: [insert, { type: 'sequence', sql: 'SELECT 1', sql_id: 1 }] }),
    ],
    ['an integer as a number', withArgument({ type: 'integer', value: 5 })],
    ['an integer of 65 bits', withArgument({ type: 'integer', value: '9223372036854775808' })],
    ['a float as a text', withArgument({ type: 'float', value: '1.5' })],
    ['a blob that is not base64', withArgument({ type: 'blob', base64: '*' })],
    ['a value of no type', withArgument(null)],
    ['a baton that is no text', JSON.stringify({ baton: 5, requests: [insert] })],
  ]

  function withArgument(value: unknown): string {
    return JSON.stringify({ requests: [insert, execute('SELECT ?', value)] })
  }

  it.each(cases)('refuses %s before anything runs', async (_name, body) => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a)')
    expect(await post(server, body)).toMatchObject({ status: 400, contentType: 'text/plain' })
    expect(valuesOf(await run(server, 'SELECT count(*) FROM t'))).toEqual([['0']])
  })
})

describe('values', () => {
  it('keeps every kind of value and both ends of the integers', async () => {
    const server = await startServer()
    const values = [
      { type: 'null' },
      integer(2n ** 63n - 1n),
      integer(-(2n ** 63n)),
      { type: 'float', value: 2 },
      text("it's \u00e9\u{1f512}"),
      { type: 'blob', base64: 'AAH/' },
    ]
    const { results } = await ask(server, [execute('SELECT ?, ?, ?, ?, ?, ?', ...values), CLOSE])
    expect(results[0]?.response?.result?.rows).toEqual([values])
  })

  it('takes base64 without its padding and writes it with', async () => {
    const server = await startServer()
    const { results } = await ask(server, [execute('SELECT ?', { type: 'blob', base64: '/w' })])
    expect(results[0]?.response?.result?.rows).toEqual([[{ type: 'blob', base64: '/w==' }]])
  })

  it('has no way to write an infinity', async () => {
    const server = await startServer()
    const { results } = await ask(server, [execute('SELECT 9e999'), CLOSE])
    expect(results[0]?.response?.result?.rows).toEqual([[{ type: 'float', value: null }]])
  })
})
