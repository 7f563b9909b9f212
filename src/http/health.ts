import type { Context } from 'hono'
import { signingKeyReadable } from '../grants/signing-key-readable.ts'
import type { HttpEnv } from './env.ts'
import { outageToWire } from './oauth-wire.ts'
import { jsonReply, noStore } from './reply.ts'

const maxClockDriftMs = 60_000

/** `GET /healthz`: the Worker runs. */
export const healthz = (): Response => jsonReply(200, { status: 'ok' })

const unready = (checks: Readonly<Record<string, string>>): Response =>
  jsonReply(503, { status: 'unready', checks })

/**
 * `GET /readyz`: whether a token could be issued right now. Names the check that fails, never a
 * host, a value or a version (AC-387).
 */
export const readyz = async (c: Context<HttpEnv>): Promise<Response> => {
  const context = c.env.gatehouse
  const state = await signingKeyReadable(context)
  if (state === 'database') return unready({ database: 'unreachable' })
  if (state === 'signing_key') return unready({ signing_key: 'missing or unreadable' })
  if (Math.abs(context.nowMs - state.databaseMs) > maxClockDriftMs) {
    return unready({ clock: 'more than 60 s off the database' })
  }
  return jsonReply(200, { status: 'ready' })
}

/** What a deployment says whose variable `name` is missing or malformed: its name, not its value. */
export const unconfigured = (request: Request, name: string, decisionId: string): Response => {
  const { pathname } = new URL(request.url)
  if (pathname === '/healthz') return jsonReply(200, { status: 'ok' })
  if (pathname === '/readyz') return unready({ config: name })
  const { status, headers, body } = outageToWire(null, decisionId)
  return jsonReply(status, body, { ...noStore, ...headers })
}
