import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDataDirectory } from '../scripts/local/data-directory.ts'
import { type LocalGateway, startLocalGateway } from '../scripts/local/gateway.ts'
import { tryPort } from '../scripts/local/ports.ts'
import { ROOT } from './support/settings.ts'

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** `npm run smoke` as an operator would run it. */
const smoke = (argv: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [`${ROOT}scripts/smoke.ts`, ...argv],
      { env: { PATH: String(process.env.PATH), ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })

let directory: string
let gateway: LocalGateway
const servers: Server[] = []

beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-smoke-`)
  const port = await tryPort(0)
  gateway = await startLocalGateway(await openDataDirectory(directory), { port, log: () => {} })
}, 60_000)

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

afterAll(async () => {
  await gateway.close()
  await rm(directory, { recursive: true, force: true })
})

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a healthy gateway', () => {
  test('R45 passes every trial, with one exchange, and keeps its secret', async () => {
    const { client_id: id, client_secret: secret } = gateway.credentials
    const { code, stdout, stderr } = await smoke(['--url', gateway.url, '--client-id', id], {
      GATEHOUSE_CLIENT_SECRET: secret,
    })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).not.toContain('FAIL')
    expect(stdout).toMatch(/^ok {4}AC-262 /m)
    expect(stdout).toMatch(/^\d+ passed, 0 failed, \d+ requests to /m)
    expect(stdout).not.toMatch(/gths_|eyJ/)
  })

  test('R45 is asked gently, and nothing of it changes', async () => {
    const before = await contents()
    const { code, stdout } = await smoke(['--url', `${gateway.url}/`, '--json'])
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      url: gateway.url,
      failed: 0,
      exchange_skipped: expect.any(String),
    })
    expect(report.passed).toBeGreaterThan(25)
    expect(report.requests).toBeLessThan(64)
    for (const each of report.cases) expect(each.id).toMatch(/^(AC-\d{3}|R\d+)$/)
    expect(await contents()).toEqual(before)
  })

  test('an exchange that fails names its decision', async () => {
    const argv = ['--url', gateway.url, '--client-id', gateway.credentials.client_id, '--json']
    const { code, stdout } = await smoke(argv, { GATEHOUSE_ID_TOKEN: 'of-nobody' })
    expect(code).toBe(1)
    const failed = JSON.parse(stdout).cases.filter(({ ok }: { ok: boolean }) => !ok)
    expect(failed).toMatchObject([{ id: 'AC-262', detail: expect.stringContaining('dec_') }])
    expect(stdout).not.toContain('of-nobody')
  })
})

/** Everything that the gateway keeps. */
async function contents(): Promise<unknown> {
  const admin = await fetch(`${gateway.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'urn:gatehouse:admin',
      client_id: gateway.credentials.client_id,
      client_secret: gateway.credentials.client_secret,
    }),
  })
  const { access_token: token } = (await admin.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${token}` }
  const texts = ['namespaces', 'service-accounts', 'audit-events', 'decisions?outcome=refused'].map(
    async (path) => {
      const answer = await fetch(`${gateway.url}/admin/v1/${path}`, { headers })
      expect(answer.status).toBe(200)
      return answer.text()
    },
  )
  return Promise.all(texts)
}

/** A gateway seen through something in between that spoils its answers. */
const spoilt = (spoil: (answer: { status: number; headers: Headers; text: string }) => void) => {
  const listener =
    (own: () => string): RequestListener =>
    async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { host: _h, connection: _c, 'content-length': _l, ...headers } = request.headers
      const answer = await fetch(`${gateway.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        body: chunks.length === 0 ? null : Buffer.concat(chunks),
        redirect: 'manual',
      })
      const text = (await answer.text()).replaceAll(gateway.url, own())
      const sent = { status: answer.status, headers: new Headers(answer.headers), text }
      for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) {
        sent.headers.delete(name)
      }
      spoil(sent)
      response.writeHead(sent.status, Object.fromEntries(sent.headers)).end(sent.text)
    }
  let url = ''
  return serve((request, response) => listener(() => url)(request, response)).then((at) => {
    url = at
    return at
  })
}

const failedIds = async (url: string) => {
  const { code, stdout } = await smoke(['--url', url, '--json'])
  const { cases } = JSON.parse(stdout)
  return {
    code,
    ids: cases.filter(({ ok }: { ok: boolean }) => !ok).map(({ id }: { id: string }) => id),
  }
}

describe('a broken gateway', () => {
  test('is told by the case that it breaks: caches and browsers are let in', async () => {
    const url = await spoilt(({ headers }) => {
      headers.delete('cache-control')
      headers.set('access-control-allow-origin', '*')
    })
    const { code, ids } = await failedIds(url)
    expect(code).toBe(1)
    expect(ids).toEqual(expect.arrayContaining(['AC-405', 'AC-255', 'AC-275', 'AC-240', 'AC-001']))
    expect(ids).not.toContain('AC-387')
  })

  test('is told by the case that it breaks: everything is answered 200', async () => {
    const url = await spoilt((answer) => {
      answer.status = 200
    })
    const { code, ids } = await failedIds(url)
    expect(code).toBe(1)
    expect(ids).toEqual(expect.arrayContaining(['AC-237', 'AC-247', 'AC-253', 'AC-261', 'AC-019']))
  })

  test('is told by the case that it breaks: a private key, and refusals that differ', async () => {
    let refusals = 0
    const url = await spoilt((answer) => {
      answer.text = answer.text.replace('"kty":', '"d":"secret","kty":')
      answer.text = answer.text.replace('refused"', () => `refused for reason ${refusals++}"`)
    })
    const { code, ids } = await failedIds(url)
    expect(code).toBe(1)
    expect(ids).toEqual(expect.arrayContaining(['AC-399', 'AC-341', 'AC-001', 'AC-009', 'R17']))
    expect(ids).not.toContain('AC-237')
  })
})

describe('no gateway at all', () => {
  test.each([
    ['a web site', ((_, response) => response.end('<html>')) as RequestListener],
    [
      'some other API',
      ((_, response) => response.end('{"issuer":"https://x.example"}')) as RequestListener,
    ],
    [
      'a redirect',
      ((_, response) =>
        response.writeHead(302, { location: gateway.url }).end()) as RequestListener,
    ],
  ])('%s is said to be none, with exit code 2', async (_, listener) => {
    const { code, stderr } = await smoke(['--url', await serve(listener)])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^smoke: http.* is no gateway: /)])
  })

  test('something that never answers is given up within 10 s', async () => {
    const url = await serve(() => {})
    const began = Date.now()
    const { code, stderr } = await smoke(['--url', url])
    expect(Date.now() - began).toBeLessThan(10_000)
    expect([code, stderr]).toEqual([2, expect.stringContaining('no answer within')])
  })

  test('nobody there, and what is no origin', async () => {
    const closed = await smoke(['--url', `http://127.0.0.1:${await tryPort(0)}`, '--json'])
    expect(closed.code).toBe(2)
    expect(JSON.parse(closed.stdout).error.message).toContain('out of reach')
    for (const argv of [
      [],
      ['--url', 'gatehouse'],
      ['--url', 'http://gatehouse.example'],
      ['--x'],
    ]) {
      expect((await smoke(argv)).code).toBe(2)
    }
  })
})
