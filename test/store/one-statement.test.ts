import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, LibsqlError } from '@libsql/client/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHranaServer } from '../../scripts/hrana/listen.ts'
import { type Address, runOneStatement } from '../../src/store/one-statement.ts'

describe('against a database', () => {
  let server: Awaited<ReturnType<typeof startHranaServer>>
  const address = (): Address => ({ url: server.url, authToken: undefined })

  beforeAll(async () => {
    server = await startHranaServer({ file: ':memory:' })
  })
  afterAll(() => server.close())

  it.each([
    ['SELECT ? AS a', ['text, “quoted” and ünïcode \u0000']],
    ['SELECT ? AS a, ? AS b', [null, '']],
    ['SELECT ? AS a, ? AS b, ? AS c', [1, -1.5, 9_007_199_254_740_991]],
    ["SELECT 1 AS one, 2.5 AS half, 'x' AS text, NULL AS empty", []],
    ['SELECT value FROM json_each(?) AS each', ['[1,"two",null,4.5]']],
    ['SELECT 1 AS a WHERE 0', []],
    ['SELECT ?2 AS second, ?1 AS first, ?2 AS again', ['one', 'two']],
  ])('%s answers what the client answers', async (sql, args) => {
    const client = createClient({ url: server.url })
    const theirs = await client.execute({ sql, args })
    const ours = await runOneStatement(address(), { sql, args })
    expect(ours).toEqual(theirs.rows.map((row) => ({ ...row })))
  })

  it('takes one request, and leaves no stream behind', async () => {
    const before = server.requests()
    await runOneStatement(address(), { sql: 'SELECT 1', args: [] })
    expect(server.requests()).toBe(before + 1)
  })

  it.each([
    ['SELEC', 'SQL_PARSE_ERROR'],
    ['INSERT INTO nowhere VALUES (1)', 'SQLITE_UNKNOWN'],
  ])('%s is refused in the words of the client', async (sql, code) => {
    const client = createClient({ url: server.url })
    const theirs = (await client.execute(sql).catch((thrown) => thrown)) as LibsqlError
    const ours = await runOneStatement(address(), { sql, args: [] }).catch((thrown) => thrown)
    expect(ours).toBeInstanceOf(LibsqlError)
    expect([ours.message, ours.code]).toEqual([theirs.message, theirs.code])
    expect(theirs.code).toBe(code)
  })

  it('an integer that JavaScript cannot hold is no number', async () => {
    const sql = 'SELECT 9007199254740992 AS large'
    await expect(runOneStatement(address(), { sql, args: [] })).rejects.toThrow(LibsqlError)
  })
})

describe('against a server that answers as it likes', () => {
  let server: Server
  let reply: { status: number; body: string; headers?: Record<string, string> }
  let asked: IncomingMessage | undefined

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked = request
      response.writeHead(reply.status, reply.headers).end(reply.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`
  const run = (url: string, authToken?: string) =>
    runOneStatement({ url, authToken }, { sql: 'SELECT 1', args: [] })

  const result = (value: unknown) => ({ cols: [{ name: 'a' }], rows: [[value]] })
  const answer = (value: unknown) =>
    JSON.stringify({
      results: [
        { type: 'ok', response: { type: 'execute', result: result(value) } },
        { type: 'ok', response: { type: 'close' } },
      ],
    })
  const good = () => ({ status: 200, body: answer({ type: 'integer', value: '1' }) })

  it.each([
    ['http://HOST', '/v2/pipeline', undefined],
    ['http://HOST/', '/v2/pipeline', undefined],
    ['http://HOST/db/', '/db/v2/pipeline', undefined],
    ['libsql://HOST?tls=0', '/v2/pipeline', undefined],
    ['libsql://HOST?tls=0&authToken=from-url', '/v2/pipeline', 'Bearer from-url'],
  ])('%s is reached at %s', async (url, path, authorization) => {
    reply = good()
    expect(await run(url.replace('HOST', host()))).toEqual([{ a: 1 }])
    expect([asked?.method, asked?.url]).toEqual(['POST', path])
    expect(asked?.headers.authorization).toBe(authorization)
  })

  it('sends its token, and another one when it changes', async () => {
    reply = good()
    for (const token of ['one', 'two']) {
      await run(`http://${host()}`, token)
      expect(asked?.headers.authorization).toBe(`Bearer ${token}`)
    }
  })

  it.each([
    [500, '{"error":"internal"}'],
    [401, 'no'],
    [404, ''],
  ])('a status of %i is an error of the server', async (status, body) => {
    reply = { status, body }
    await expect(run(`http://${host()}`)).rejects.toMatchObject({ code: 'SERVER_ERROR' })
  })

  it('a redirect is not followed', async () => {
    reply = { status: 307, body: '', headers: { location: '/elsewhere' } }
    await expect(run(`http://${host()}`)).rejects.toMatchObject({ code: 'SERVER_ERROR' })
    expect(asked?.url).toBe('/v2/pipeline')
  })

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"results":[]}',
    '{"results":null}',
    '{"results":[{"type":"ok","response":{"type":"execute"}}]}',
    '{"results":[{"type":"ok","response":{"type":"close"}},{"type":"ok","response":{"type":"close"}}]}',
    '{"results":[{"type":"none"},{"type":"ok","response":{"type":"close"}}]}',
    answer({ type: 'integer', value: 'x' }),
    answer({ type: 'integer', value: '' }),
    answer({ type: 'integer' }),
    answer({ type: 'float', value: null }),
    answer({ type: 'text', value: 1 }),
    answer({ type: 'blob', base64: 'AA' }),
    answer({ type: 'none' }),
    answer(null),
    answer({ type: 'text', value: 'x' }).replace('"rows":[[', '"rows":[[],['),
    good().body.slice(0, -1),
  ])('garbage is an error, never a row: %s', async (body) => {
    reply = { status: 200, body }
    await expect(run(`http://${host()}`)).rejects.toThrow()
  })

  it('says what the database said', async () => {
    const error = { message: 'UNIQUE constraint failed: a.b', code: 'SQLITE_CONSTRAINT' }
    const body = JSON.stringify({
      results: [
        { type: 'error', error },
        { type: 'ok', response: { type: 'close' } },
      ],
    })
    reply = { status: 200, body }
    await expect(run(`http://${host()}`)).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT',
      message: 'SQLITE_CONSTRAINT: UNIQUE constraint failed: a.b',
    })
  })
})
