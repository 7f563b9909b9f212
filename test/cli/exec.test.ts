import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { asForm, gatehouse as client } from '../../src/client/client.ts'
import { ended, gatehouse, startGatehouse } from '../support/gatehouse-process.ts'
import { useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

const job = () => ({
  ...setting().platform.env,
  GATEHOUSE_URL: setting().gateway.url,
  GATEHOUSE_CLIENT_ID: setting().clientId,
})

const node = (script: string) => [process.execPath, '-e', script]

/** A gateway whose tokens live three seconds: waiting for real ones takes most of a minute. */
const startShortLived = async () => {
  const seen = { exchanged: [] as string[], revoked: [] as string[] }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const form = new URLSearchParams(text)
      response.setHeader('content-type', 'application/json')
      if (request.url === '/oauth/revoke') {
        seen.revoked.push(form.get('token') ?? '')
        return response.end('{}')
      }
      seen.exchanged.push(form.get('subject_token') ?? '')
      const payload = { client_id: form.get('client_id'), n: seen.exchanged.length }
      const middle = Buffer.from(JSON.stringify(payload)).toString('base64url')
      const access_token = `e30.${middle}.AAAA`
      return response.end(
        JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 3, scope: 'a' }),
      )
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { seen, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describe('gatehouse exec', () => {
  it('gives the program a token file, its exit code, and revokes the token at the end', async () => {
    const script = `const fs = require('node:fs'), file = process.env.GATEHOUSE_TOKEN_FILE
      const mode = fs.statSync(file).mode & 0o777, token = fs.readFileSync(file, 'utf8').trim()
      console.log(JSON.stringify({ file, mode, token, secret: process.env.GATEHOUSE_ID_TOKEN }))
      process.exit(42)`
    const { status, stdout } = await gatehouse(['exec', '--', ...node(script)], {
      env: job(),
      printsCredential: true,
    })
    const { file, mode, token } = JSON.parse(stdout)
    expect([status, mode, existsSync(file)]).toEqual([42, 0o600, false])
    const { client_id, client_secret } = setting().gateway.credentials
    const { data } = await client({ baseUrl: setting().gateway.url }).POST('/oauth/introspect', {
      ...asForm,
      body: { token, client_id, client_secret },
    })
    expect(data).toEqual({ active: false })
  })

  it('does not start the program without a token', async () => {
    const argv = ['exec', '--', ...node('console.log("ran")')]
    setting().platform.claims = { ref: 'refs/heads/try-me' }
    const { status, stdout } = await gatehouse(argv, { env: job() })
    setting().platform.claims = {}
    expect([status, stdout]).toEqual([5, ''])
    const missing = await gatehouse(['exec', '--', 'no-such-program'], { env: job() })
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('no-such-program was not found')
    // Told before the exchange: out of reach would be 8.
    const env = { ...job(), GATEHOUSE_URL: 'http://127.0.0.1:9' }
    for (const name of ['no-such-program', './no-such-program', '/tmp']) {
      expect((await gatehouse(['exec', '--', name], { env })).status).toBe(2)
    }
  })

  it('passes signals on and leaves no file behind', async () => {
    const script = `process.on('SIGTERM', () => { console.log('told'); process.exit(7) })
      console.log(process.env.GATEHOUSE_TOKEN_FILE); setInterval(() => {}, 1000)`
    const child = startGatehouse(['exec', '--', ...node(script)], { env: job() })
    child.stdout.once('data', () => child.kill('SIGTERM'))
    const { status, stdout } = await ended(child)
    const [file = '', told] = stdout.split('\n')
    expect([status, told, existsSync(file)]).toEqual([7, 'told', false])
  })

  it('T41 renews the token shortly before its expiry, with a fresh identity token', async () => {
    const short = await startShortLived()
    const script = `const fs = require('node:fs'), seen = new Set()
      const look = () => seen.add(fs.readFileSync(process.env.GATEHOUSE_TOKEN_FILE, 'utf8').trim())
      setInterval(look, 20)
      setTimeout(() => { console.log([...seen].length, Math.min(...[...seen].map((t) => t.length)) > 10)
        process.exit(0) }, 5500)`
    const env = { ...job(), GATEHOUSE_URL: short.url }
    const { status, stdout } = await gatehouse(['exec', '--', ...node(script)], { env })
    short.close()
    const { exchanged, revoked } = short.seen
    expect([status, stdout.trim()]).toEqual([0, `${exchanged.length} true`])
    expect(exchanged.length).toBeGreaterThanOrEqual(3)
    expect(new Set(exchanged).size).toBe(exchanged.length)
    expect(revoked).toHaveLength(1)
  })

  it('T41 says at once and at expiry that GitLab gives no second identity token', async () => {
    const short = await startShortLived()
    const { token } = await setting().ci.mint('gitlab')
    const env = {
      GITLAB_CI: 'true',
      GATEHOUSE_ID_TOKEN: token,
      GATEHOUSE_URL: short.url,
      GATEHOUSE_CLIENT_ID: 'cli_x',
    }
    const argv = ['exec', '--', ...node('setTimeout(() => {}, 4000)')]
    const { status, stderr } = await gatehouse(argv, { env })
    short.close()
    const [atOnce, atExpiry] = stderr.split('\n')
    expect(status).toBe(0)
    expect(atOnce).toContain('gives no second identity token, so the access token ends at')
    expect(atExpiry).toContain('the access token has expired')
    expect(short.seen.exchanged).toHaveLength(1)
  })
})
