import { copyFileSync } from 'node:fs'
import { createClient } from '@libsql/client'
import { describe, expect, it } from 'vitest'
import { newDatabaseFile, startServer } from './support/databases.ts'
import { ask, CLOSE, execute, post, run, send, valuesOf } from './support/wire.ts'

describe('batons', () => {
  it('carries a transaction over several requests, each with a baton of its own', async () => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a)')
    const first = await ask(server, [execute('BEGIN')])
    const second = await ask(server, [execute('INSERT INTO t VALUES (1)')], first)
    const third = await ask(server, [execute('COMMIT'), CLOSE], second)
    expect(new Set([first.baton, second.baton]).size).toBe(2)
    expect(third.baton).toBeNull()
    expect(valuesOf(await run(server, 'SELECT a FROM t'))).toEqual([['1']])
  })

  it('takes each baton once', async () => {
    const server = await startServer()
    const { baton } = await ask(server, [execute('SELECT 1')])
    const next = await ask(server, [execute('SELECT 2')], { baton })
    expect(await send(server, [CLOSE], { baton })).toEqual({
      status: 400,
      contentType: 'text/plain',
      text: 'Received an invalid baton',
    })
    expect(await ask(server, [CLOSE], next)).toMatchObject({ baton: null })
  })

  it.each(['', 'nonsense', 'A'.repeat(32)])('does not know the baton %j', async (baton) => {
    const server = await startServer()
    const answer = await send(server, [execute('SELECT 1')], { baton })
    expect(answer).toMatchObject({ status: 400, contentType: 'text/plain' })
  })

  it('opens a new stream for a baton of null', async () => {
    const server = await startServer()
    expect((await ask(server, [execute('SELECT 1')], { baton: null })).baton).toMatch(/^[\w-]{32}$/)
  })

  it('rolls back a stream that is idle for too long, and says so', async () => {
    const server = await startServer({ idleMs: 50 })
    await run(server, 'CREATE TABLE t (a)')
    const { baton } = await ask(server, [execute('BEGIN'), execute('INSERT INTO t VALUES (1)')])
    // Waits for the lock of the idle stream, for up to 5 seconds.
    expect(await run(server, 'INSERT INTO t VALUES (2)')).toMatchObject({ type: 'ok' })
    expect(valuesOf(await run(server, 'SELECT a FROM t'))).toEqual([['2']])
    const late = await send(server, [execute('COMMIT')], { baton })
    expect(late).toMatchObject({ status: 400, contentType: 'application/json' })
    expect(JSON.parse(late.text)).toEqual({
      code: 'STREAM_EXPIRED',
      message: 'The stream has expired due to inactivity',
    })
  })

  it('rolls back what a stream leaves open when it closes', async () => {
    const server = await startServer()
    await run(server, 'CREATE TABLE t (a)')
    await ask(server, [execute('BEGIN'), execute('INSERT INTO t VALUES (1)'), CLOSE])
    expect(valuesOf(await run(server, 'SELECT count(*) FROM t'))).toEqual([['0']])
  })
})

describe('token', () => {
  it.each([
    ['no header', {}],
    ['another token', { authorization: 'Bearer other-token' }],
    ['another scheme', { authorization: 'Basic right-token' }],
    ['a longer token', { authorization: 'Bearer right-token2' }],
  ])('refuses %s', async (_name, headers) => {
    const server = await startServer({ token: 'right-token' })
    const answer = await send(server, [execute('CREATE TABLE t (a)')], { headers })
    expect(answer).toMatchObject({ status: 401, contentType: 'application/json' })
    const right = { headers: { authorization: 'Bearer right-token' } }
    const { results } = await ask(server, [execute('SELECT * FROM t'), CLOSE], right)
    expect(results[0]?.error?.message).toMatch(/no such table/)
  })

  it('needs none for /health', async () => {
    const server = await startServer({ token: 'right-token' })
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })

  it('is the authToken of a client', async () => {
    const server = await startServer({ token: 'right-token' })
    const client = createClient({ url: server.url, authToken: 'right-token' })
    expect((await client.execute('SELECT 1 AS one')).rows[0]?.one).toBe(1)
    const stranger = createClient({ url: server.url })
    await expect(stranger.execute('SELECT 1')).rejects.toMatchObject({ code: 'SERVER_ERROR' })
  })
})

describe('bad weather', () => {
  it('fails every request and does nothing at a fail rate of 1', async () => {
    const file = newDatabaseFile()
    const server = await startServer({ file, failRate: 1 })
    expect(await send(server, [execute('CREATE TABLE t (a)'), CLOSE])).toMatchObject({
      status: 500,
      contentType: 'text/plain',
    })
    expect(server.requests()).toBe(1)
    const calm = await startServer({ file })
    expect((await run(calm, 'SELECT * FROM t')).error?.message).toMatch(/no such table/)
  })

  it('fails some of the requests at a fail rate between', async () => {
    const server = await startServer({ failRate: 0.5 })
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => send(server, [execute('SELECT 1'), CLOSE])),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 500]))
  })

  it('holds pipelines back by the latency, and nothing else', async () => {
    const server = await startServer({ latencyMs: 600_000 })
    const state = { answered: false }
    const pipeline = send(server, [execute('SELECT 1'), CLOSE]).then(
      () => {
        state.answered = true
      },
      () => 'cut off',
    )
    while (server.requests() === 0) await fetch(`${server.url}/health`)
    for (let count = 0; count < 20; count += 1) await fetch(`${server.url}/health`)
    expect(state.answered).toBe(false)
    await server.close()
    expect(await pipeline).toBe('cut off')
  })

  it('answers after the latency', async () => {
    const server = await startServer({ latencyMs: 5 })
    expect(valuesOf(await run(server, 'SELECT 1'))).toEqual([['1']])
  })
})

describe('life of the server', () => {
  it('reports a port that is taken', async () => {
    const server = await startServer()
    await expect(startServer({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('reports a file that it cannot open', async () => {
    await expect(startServer({ file: '/nowhere/at/all.sqlite' })).rejects.toThrow()
  })

  it('rolls back open transactions when it closes, and leaves the file free', async () => {
    const file = newDatabaseFile()
    const server = await startServer({ file })
    await run(server, 'CREATE TABLE t (a)')
    await ask(server, [execute('BEGIN IMMEDIATE'), execute('INSERT INTO t VALUES (1)')])
    await server.close()
    const next = await startServer({ file })
    expect(await run(next, 'INSERT INTO t VALUES (2)')).toMatchObject({ type: 'ok' })
    expect(valuesOf(await run(next, 'SELECT a FROM t'))).toEqual([['2']])
  })

  it.each(['INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (1); PRAGMA foreign_keys = OFF'])(
    'leaves everything in the file alone when it closes after %j',
    async (sql) => {
      const file = newDatabaseFile()
      const server = await startServer({ file })
      await run(server, 'CREATE TABLE t (a)')
      await ask(server, [{ type: 'sequence', sql }, CLOSE])
      await server.close()
      const copy = newDatabaseFile()
      copyFileSync(file, copy)
      const next = await startServer({ file: copy })
      expect(valuesOf(await run(next, 'SELECT a FROM t'))).toEqual([['1']])
    },
  )

  it('closes twice without harm', async () => {
    const server = await startServer()
    await server.close()
    await server.close()
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
  })

  it('ends a statement that waits for a lock when it closes', async () => {
    const server = await startServer({ busyMs: 600_000 })
    await ask(server, [execute('BEGIN IMMEDIATE')])
    const waiting = send(server, [execute('BEGIN IMMEDIATE')]).catch(() => 'cut off')
    while (server.requests() < 2) await fetch(`${server.url}/health`)
    await server.close()
    expect(await waiting).toBe('cut off')
  })

  it('turns on foreign keys and write-ahead logging', async () => {
    const server = await startServer()
    expect(valuesOf(await run(server, 'PRAGMA foreign_keys'))).toEqual([['1']])
    expect(valuesOf(await run(server, 'PRAGMA journal_mode'))).toEqual([['wal']])
  })

  it.each([
    ['NORMAL', '1'],
    ['OFF', '0'],
  ] as const)('opens connections with synchronous %s', async (synchronous, level) => {
    const server = await startServer({ synchronous })
    expect(valuesOf(await run(server, 'PRAGMA synchronous'))).toEqual([[level]])
  })

  it('logs one line of JSON for each request', async () => {
    const lines: string[] = []
    const server = await startServer({ log: (line) => lines.push(line) })
    await run(server, 'SELECT 1')
    await post(server, 'nonsense')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { method: 'POST', path: '/v2/pipeline', status: 200 },
      { method: 'POST', path: '/v2/pipeline', status: 400 },
    ])
  })
})
