import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { tryPort } from '../../scripts/local/ports.ts'
import { gatehouse } from '../support/gatehouse-process.ts'

const token = 'eyJhbGciOiJub25lIn0.e30.AAAA'

const serving = async (listener: RequestListener) => {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

const env = (url: string) => ({
  GATEHOUSE_URL: url,
  GATEHOUSE_CLIENT_ID: 'cli_x',
  GATEHOUSE_ID_TOKEN: token,
})

const commands = [
  ['exchange', '--output', 'token', '--json'],
  ['whoami', '--json'],
]

/** Runs both kinds of commands, those of jobs and those of the admin API, and takes the time. */
const endings = async (url: string) => {
  const begun = performance.now()
  const ends = await Promise.all(commands.map((argv) => gatehouse(argv, { env: env(url) })))
  const seconds = (performance.now() - begun) / 1000
  return {
    seconds,
    ends: ends.map(({ status, stdout }) => [status, JSON.parse(stdout).error.code]),
  }
}

const both = (code: string) => commands.map(() => [8, code])

describe('a gateway that does not answer', () => {
  it('is down: exit code 8 within ten seconds', async () => {
    const { seconds, ends } = await endings(`http://127.0.0.1:${await tryPort(0)}`)
    expect(ends).toEqual(both('unavailable'))
    expect(seconds).toBeLessThan(10)
  })

  it('is slow: exit code 8 within ten seconds', async () => {
    const silent = await serving(() => {})
    const { seconds, ends } = await endings(silent.url)
    silent.close()
    expect(ends).toEqual(both('unavailable'))
    expect(seconds).toBeLessThan(10)
  })

  it('begins to answer and stops: exit code 8 within ten seconds', async () => {
    const stalled = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"access_token":')
    })
    const { seconds, ends } = await endings(stalled.url)
    stalled.close()
    expect(ends).toEqual(both('unavailable'))
    expect(seconds).toBeLessThan(10)
  })

  it('is another kind of server: exit code 8, and what it is instead', async () => {
    const answers: Record<string, RequestListener> = {
      html: (_, response) => response.setHeader('content-type', 'text/html').end('<html>'),
      json: (_, response) => response.writeHead(404).end('{"message":"Not Found"}'),
      redirect: (_, response) => response.writeHead(302, { location: 'https://x.test/' }).end(),
      endless: (_, response) => response.end('x'.repeat(300_000)),
      refusing: (_, response) => response.writeHead(400).end('{"error":"invalid_request"}'),
    }
    for (const [name, listener] of Object.entries(answers)) {
      const server = await serving(listener)
      const argv = ['exchange', '--output', 'token', '--json']
      const { status, stdout } = await gatehouse(argv, { env: env(server.url) })
      server.close()
      expect([name, status, JSON.parse(stdout).error.code]).toEqual([name, 8, 'not_a_gateway'])
    }
  })

  it('is another kind of server for the admin API, too', async () => {
    const server = await serving((_, response) =>
      response.setHeader('content-type', 'text/html').end(),
    )
    const payload = Buffer.from(JSON.stringify({ iss: server.url, sub: 'sa_x' })).toString(
      'base64url',
    )
    const { status, stdout } = await gatehouse(['whoami', '--json'], {
      env: { GATEHOUSE_URL: server.url, GATEHOUSE_TOKEN: `e30.${payload}.AAAA` },
    })
    server.close()
    expect([status, JSON.parse(stdout).error.code]).toEqual([8, 'not_a_gateway'])
  })
})
