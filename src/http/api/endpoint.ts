import type { Context as HonoContext } from 'hono'
import type * as z from 'zod'
import { findActor } from '../../admin/actor.ts'
import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import { bearerToken } from '../bearer.ts'
import type { HttpEnv } from '../env.ts'
import { problemToWire } from '../problem-wire.ts'
import { runOnce } from './idempotency.ts'
import { isWithoutBody, parseJsonBody } from './json-body.ts'
import { type Reply, replyToWire } from './reply.ts'

export type { Reply } from './reply.ts'

/** One authenticated call of the admin API, parsed. */
export interface Call<Body> {
  readonly context: Context
  readonly actor: Actor
  readonly body: Body
  readonly query: Readonly<Record<string, string>>
  /** A part of the path, without a verb; the route guarantees that it is there. */
  readonly param: (name: string) => string
  /** The version in `If-Match`: null when absent or `*`, NaN when it is no ETag of ours. */
  readonly ifMatch: number | null
}

const readIfMatch = (header: string | undefined): number | null => {
  if (header === undefined || header.trim() === '*') return null
  const quoted = /^"([1-9][0-9]{0,9})"$/.exec(header.trim())
  return quoted ? Number(quoted[1]) : Number.NaN
}

type Run<Body> = (call: Call<Body>) => Promise<Result<Reply, Problem>>

type Read<Body> = (request: Request) => Promise<Result<Body, Problem>>

const answer = async <Body>(
  c: HonoContext<HttpEnv>,
  read: Read<Body>,
  run: Run<Body>,
): Promise<Response> => {
  const context = c.env.gatehouse
  const actor = await findActor(context, bearerToken(c.req.header('authorization')))
  if (!actor.ok) return problemToWire(actor.error)
  const body = await read(c.req.raw)
  if (!body.ok) return problemToWire(body.error)
  const call: Call<Body> = {
    context,
    actor: actor.value,
    body: body.value,
    query: c.req.query(),
    // The router takes a colon for the start of a parameter, so that a verb is matched as part of one.
    param: (name) => c.req.param(name)?.split(':', 1)[0] ?? '',
    ifMatch: readIfMatch(c.req.header('if-match')),
  }
  const reply = await runOnce(c, { actor: actor.value, body: body.value, run: () => run(call) })
  if (!reply.ok) return problemToWire(reply.error)
  if (reply.value instanceof Response) return reply.value
  return replyToWire(reply.value, c.req.header('accept'))
}

/** A route that reads, or changes without a body: authenticate, then run. */
export const endpoint = (run: Run<undefined>) => (c: HonoContext<HttpEnv>) =>
  answer(c, async () => ok(undefined), run)

/** A route with a body: authenticate, check its shape, then run (authority, then rules). */
export const bodyEndpoint =
  <Body>(schema: z.ZodType<Body>, run: Run<Body>) =>
  (c: HonoContext<HttpEnv>) =>
    answer(c, (request) => parseJsonBody(request, schema), run)

/** A route whose body may be left out, which says the same as `{}`: under a key, too. */
export const optionalBodyEndpoint = <Body>(schema: z.ZodType<Body>, run: Run<Body>) => {
  const read: Read<Body> = async (request) =>
    (await isWithoutBody(request)) ? ok(schema.parse({})) : parseJsonBody(request, schema)
  return (c: HonoContext<HttpEnv>) => answer(c, read, run)
}
