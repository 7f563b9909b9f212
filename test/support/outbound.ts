import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MiniflareOptions } from 'miniflare'
import { compatibilityDate } from '../../scripts/local/workers.ts'

export type MiniflareWorker = MiniflareOptions['workers'][number]
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

/** Names the header in which the router tells the handler the URL that was asked for. */
export const FIXTURE_URL = 'x-fixture-url'

// Runs in workerd: loopback origins that a test lists are the network, all else is the handler.
const ROUTER = `export default {
  fetch(request, env) {
    const url = new URL(request.url)
    if (env.PASS.includes(url.origin)) return fetch(request)
    const copy = new Request(request)
    copy.headers.set('${FIXTURE_URL}', request.url)
    return env.HANDLER.fetch(copy)
  },
}`

export interface WorkerSource {
  readonly name: string
  /** The text of an ES module that default-exports the Worker. */
  readonly script: string
  readonly env?: NonNullable<MiniflareWorker['config']['env']>
  readonly outbound?: string
}

/** Describes one Worker of a Miniflare instance. */
export function worker({ name, script, env = {}, outbound }: WorkerSource): MiniflareWorker {
  const modules = { 'index.js': { type: 'esm' as const, contents: script } }
  return {
    config: {
      name,
      compatibilityDate: compatibilityDate(),
      manifest: { mainModule: 'index.js', modulesRoot: '/', modules },
      env,
      exports: {},
    },
    dev: outbound === undefined ? {} : { outboundService: { type: 'worker', worker: outbound } },
  }
}

/**
 * Puts `handler` in the place of the outside world of a Worker. Origins in `passThrough` (the
 * database) are reached over the network; the handler may hang, drip or break the connection.
 */
export function withOutbound(
  source: Omit<WorkerSource, 'outbound'>,
  handler: NodeHandler,
  passThrough: readonly string[] = [],
): MiniflareWorker[] {
  const router = worker({
    name: 'outbound',
    script: ROUTER,
    env: {
      PASS: { type: 'json', value: [...passThrough] },
      HANDLER: { type: 'node-handler', handler },
    },
  })
  return [worker({ ...source, outbound: 'outbound' }), router]
}
