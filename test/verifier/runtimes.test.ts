import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { testIssuer } from 'gatehouse/testing'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleWorker } from '../../scripts/local/workers.ts'
import { text } from '../support/gateway-bindings.ts'
import { FIXTURE_URL, type NodeHandler, withOutbound, worker } from '../support/outbound.ts'
import { ROOT } from '../support/settings.ts'
import type { Report } from './runtimes/check.ts'

const run = promisify(execFile)
const bin = (name: string) => `${ROOT}node_modules/.bin/${name}`

let directory: string

interface Runtime {
  readonly name: string
  readonly command: string
  readonly argv: readonly string[]
  /** What it has to be allowed before it reaches this machine. */
  readonly network: readonly string[]
}

const runtimes: readonly Runtime[] = [
  { name: 'Node', command: process.execPath, argv: [], network: [] },
  {
    name: 'Deno',
    command: bin('deno'),
    // May read nothing, write nothing, reach nothing.
    argv: ['run', '--no-prompt', '--no-config', '--no-remote', '--cached-only'],
    network: ['--allow-net=127.0.0.1'],
  },
  { name: 'Bun', command: bin('bun'), argv: ['run'], network: [] },
]

const play = async (
  { command, argv }: Runtime,
  script: string,
  network: readonly string[] = [],
) => {
  // Nothing of the environment but what a process needs to start.
  const env = { HOME: directory, DENO_NO_UPDATE_CHECK: '1', PATH: process.env.PATH }
  const args = [...argv, ...network, `${directory}/${script}.mjs`]
  return JSON.parse((await run(command, args, { cwd: directory, env })).stdout) as unknown
}

beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-runtimes-`)
  await build({
    entryPoints: ['process', 'network'].map((name) => `${ROOT}test/verifier/runtimes/${name}.ts`),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
  })
})

afterAll(() => rm(directory, { recursive: true, force: true }))

const expectSound = (report: Report) => {
  expect(report).toMatchObject({ account: 'sa_here', fetch: [], hono: [] })
  expect(report.careless).toBeGreaterThan(20)
  // Each adapter once; a key id that nobody knows is no reason to ask again so soon.
  expect(report.asked).toBe(2)
}

describe('the SDK lets in whom it should, and nobody else,', () => {
  test.each(runtimes)('on $name', async (runtime) => {
    expectSound((await play(runtime, 'process')) as Report)
  })

  test.each(runtimes)('on $name, over the network', async (runtime) => {
    expect(await play(runtime, 'network', runtime.network)).toEqual({
      statuses: [200, 401],
      requests: ['/.well-known/jwks.json'],
    })
  })

  test('on Workers', async () => {
    const script = await bundleWorker('test/verifier/runtimes/worker.ts')
    const workers = [worker({ name: 'runtime', script })]
    const miniflare = new Miniflare({ port: 0, cf: false, telemetry: { enabled: false }, workers })
    try {
      const response = await fetch(await miniflare.ready)
      expectSound((await response.json()) as Report)
    } finally {
      await miniflare.dispose()
    }
  })
})

describe('the example of an edge API, deployed', () => {
  test('finds its gateway by itself, and asks it once', async () => {
    const issuer = await testIssuer({
      audience: 'https://api.example.com',
      issuer: 'https://sts.example.com',
      namespace: '/acme/payments',
    })
    const gateway: NodeHandler = (incoming, outgoing) => {
      const url = String(incoming.headers[FIXTURE_URL])
      void issuer.fetch(new Request(url)).then(async (answer) => {
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
        outgoing.end(await answer.text())
      })
    }
    const script = await bundleWorker('examples/edge-api/src/index.ts')
    const env = { GATEHOUSE: text(issuer.issuer), AUDIENCE: text(issuer.audience) }
    const workers = withOutbound({ name: 'edge-api', script, env }, gateway)
    const miniflare = new Miniflare({ port: 0, cf: false, telemetry: { enabled: false }, workers })
    try {
      const { origin } = await miniflare.ready
      const release = async (token: string) => {
        const headers = { authorization: `Bearer ${token}` }
        const at = `${origin}/v1/teams/payments/releases`
        const response = await fetch(at, { method: 'POST', headers })
        await response.text()
        return response.status
      }
      const first = Array.from({ length: 20 }, async () => release(await issuer.token()))
      expect(new Set(await Promise.all(first))).toEqual(new Set([201]))
      expect(await release(await issuer.forged())).toBe(401)
      expect(await release(await issuer.token({ namespace: '/acme/web' }))).toBe(403)
      expect(new Set(issuer.requests)).toEqual(new Set(['/.well-known/jwks.json']))
      issuer.outage(true)
      expect(await release(await issuer.token())).toBe(201)
    } finally {
      await miniflare.dispose()
    }
  })
})
