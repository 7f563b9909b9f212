import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type FaultyDatabase, startFaultyDatabase } from './faulty-database.ts'

const ANSWER = '{"baton":null,"results":[]}'

let database: Server
let proxy: FaultyDatabase
let committed: string[] = []

beforeAll(async () => {
  database = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    committed.push(`${request.headers.authorization} ${request.url} ${body}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER)
  })
  database.listen(0, '127.0.0.1')
  await once(database, 'listening')
  proxy = await startFaultyDatabase(`http://127.0.0.1:${(database.address() as AddressInfo).port}`)
})

afterAll(async () => {
  await proxy.close()
  database.close()
  database.closeAllConnections()
})

beforeEach(() => {
  committed = []
  proxy.set('pass')
})

async function pipeline(body = 'SELECT 1'): Promise<string> {
  try {
    const response = await fetch(`${proxy.url}/v2/pipeline`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(400),
    })
    return `${response.status} ${await response.text()}`
  } catch (error) {
    return (error as Error).name
  }
}

test('pass: request and answer are untouched, and counted', async () => {
  const before = proxy.requests()
  expect(await pipeline()).toBe(`200 ${ANSWER}`)
  expect(committed).toEqual(['Bearer t /v2/pipeline SELECT 1'])
  expect(proxy.requests()).toBe(before + 1)
})

test.each([
  ['refuse', 'TypeError', 0],
  ['hang', 'TimeoutError', 0],
  ['html', '200 <!doctype html><h1>502</h1>', 0],
  ['garbage', '200 {}', 0],
  ['error', '500 {"message":"broken"}', 0],
  ['truncate', `200 ${ANSWER.slice(0, 13)}`, 1],
  ['lose-reply', 'TypeError', 1],
  ['hang-after-commit', 'TimeoutError', 1],
] as const)('%s answers %j and commits %i times', async (mode, outcome, commits) => {
  proxy.set(mode)
  expect(await pipeline()).toBe(outcome)
  expect(committed).toHaveLength(commits)
})

test('slow answers late', async () => {
  proxy.set('slow', { delayMs: 5000 })
  expect(await pipeline()).toBe('TimeoutError')
  proxy.set('slow', { delayMs: 10 })
  expect(await pipeline()).toBe(`200 ${ANSWER}`)
})

test('faults can be limited in number and to certain statements', async () => {
  proxy.set('error', { times: 1, when: (body) => body.includes('INSERT') })
  expect(await pipeline()).toBe(`200 ${ANSWER}`)
  expect(await pipeline('INSERT 1')).toMatch(/^500/)
  expect(await pipeline('INSERT 2')).toBe(`200 ${ANSWER}`)
})
