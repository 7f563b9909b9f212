import type { Context as HonoContext } from 'hono'
import { findActor } from '../../admin/actor.ts'
import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import type { Result } from '../../core/result.ts'
import { bearerToken } from '../bearer.ts'
import type { HttpEnv } from '../env.ts'
import { problemToWire } from '../problem-wire.ts'
import { runOnce } from './idempotency.ts'
import { type Reply, replyToWire } from './reply.ts'

/** One authenticated call of the admin API, parsed. */
export interface Call<Body, Query = unknown> {
  readonly context: Context
  readonly actor: Actor
  readonly body: Body
  readonly query: Query
  /** A part of the path, without a verb; the route guarantees that it is there. */
  readonly param: (name: string) => string
  /** The version in `If-Match`: null when absent or `*`, NaN when it is no ETag of ours. */
  readonly ifMatch: number | null
}

/** How a call is read and run. */
export interface Handling {
  readonly name: string
  readonly changes: boolean
  readonly query: () => Result<unknown, Problem>
  readonly body: (request: Request) => Promise<Result<unknown, Problem>>
  readonly run: (call: Call<unknown, unknown>) => Promise<Result<Reply, Problem>>
}

const readIfMatch = (header: string | undefined): number | null => {
  if (header === undefined || header.trim() === '*') return null
  const quoted = /^"([1-9][0-9]{0,9})"$/.exec(header.trim())
  return quoted ? Number(quoted[1]) : Number.NaN
}

/** Answers a call: who is it, what is asked, then the deed, once. */
export const answer = async (c: HonoContext<HttpEnv>, handling: Handling): Promise<Response> => {
  const context = c.env.gatehouse
  const actor = await findActor(context, bearerToken(c.req.header('authorization')))
  if (!actor.ok) return problemToWire(actor.error)
  const query = handling.query()
  if (!query.ok) return problemToWire(query.error)
  const body = await handling.body(c.req.raw)
  if (!body.ok) return problemToWire(body.error)
  const call: Call<unknown, unknown> = {
    context,
    actor: actor.value,
    body: body.value,
    query: query.value,
    // The router takes a colon for the start of a parameter, so that a verb is matched as part of one.
    param: (name) => c.req.param(name)?.split(':', 1)[0] ?? '',
    ifMatch: readIfMatch(c.req.header('if-match')),
  }
  const once = { actor: actor.value, body: body.value, run: () => handling.run(call) }
  const reply = await runOnce(c, once)
  if (!reply.ok) return problemToWire(reply.error)
  if (reply.value instanceof Response) return reply.value
  return replyToWire(reply.value, c.req.header('accept'))
}
