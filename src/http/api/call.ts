import type { Context as HonoContext } from 'hono'
import { findActor } from '../../admin/actor.ts'
import { type Allowance, actingAs, allowanceOf, recordRefusal } from '../../admin/audit/trail.ts'
import type { Context } from '../../context.ts'
import { targetAmong } from '../../core/audit-target.ts'
import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import { err, type Result } from '../../core/result.ts'
import { OverAllowance } from '../../core/unavailable.ts'
import { bearerToken } from '../bearer.ts'
import type { HttpEnv } from '../env.ts'
import { problemToWire } from '../problem-wire.ts'
import { overAllowance, withAllowance } from './allowance.ts'
import { runOnce } from './idempotency.ts'
import { type Reply, replyToWire } from './reply.ts'
import { mayTry } from './trials.ts'

/** One authenticated call of the admin API, parsed. */
export interface Call<Body, Query = unknown> {
  readonly context: Context
  readonly actor: Actor
  readonly body: Body
  readonly query: Query
  readonly url: URL
  /** A part of the path, without a verb; the route guarantees that it is there. */
  readonly param: (name: string) => string
  /** The version in `If-Match`: null when absent or `*`, NaN when it is no ETag of ours. */
  readonly ifMatch: number | null
  /** The text of `If-Match`, where what it names has no version. */
  readonly ifMatchText: string | null
}

/** How a call is read and run. */
export interface Handling {
  readonly name: string
  readonly changes: boolean
  readonly patient?: boolean
  readonly query: () => Result<unknown, Problem>
  readonly body: (request: Request) => Promise<Result<unknown, Problem>>
  readonly run: (call: Call<unknown, unknown>) => Promise<Result<Reply, Problem>>
}

const patientMs = 25_000

const readIfMatch = (header: string | undefined): number | null => {
  if (header === undefined || header.trim() === '*') return null
  const quoted = /^"([1-9][0-9]{0,9})"$/.exec(header.trim())
  return quoted ? Number(quoted[1]) : Number.NaN
}

const idInPath = (c: HonoContext<HttpEnv>): string | null => {
  const values = Object.values(c.req.param()).map((value) => value.split(':', 1)[0] ?? '')
  return targetAmong(values)
}

/** A call whose caller is known. */
interface Known {
  readonly context: Context
  readonly actor: Actor
  /** How many events the caller may still leave; null: not asked yet. */
  readonly left: Allowance | null
}

/** Answers no, and leaves an event that says so. */
const refuse = async (
  c: HonoContext<HttpEnv>,
  problem: Problem,
  { context, actor, left: known }: Known,
): Promise<Response> => {
  const { changes, refusals } = known ?? (await allowanceOf(context, actor))
  const quota = context.config.changesPerMinute
  const asked = { method: c.req.method, path: c.req.path }
  const recorded =
    problem !== overAllowance &&
    refusals > 0 &&
    (await recordRefusal(context, actor, { problem, target: idInPath(c), asked }))
  return recorded
    ? withAllowance(problemToWire(problem), { quota, left: changes - 1 })
    : withAllowance(problemToWire(overAllowance), { quota, left: 0 })
}

const run = async (
  c: HonoContext<HttpEnv>,
  handling: Handling,
  { context, actor }: Known,
): Promise<Result<Reply | Response, Problem>> => {
  const query = handling.query()
  if (!query.ok) return query
  const body = await handling.body(c.req.raw)
  if (!body.ok) return body
  const call: Call<unknown, unknown> = {
    context,
    actor,
    body: body.value,
    query: query.value,
    url: new URL(c.req.url),
    // The router takes a colon for the start of a parameter, so that a verb is matched as part of one.
    param: (name) => c.req.param(name)?.split(':', 1)[0] ?? '',
    ifMatch: readIfMatch(c.req.header('if-match')),
    ifMatchText: c.req.header('if-match')?.trim() ?? null,
  }
  return runOnce(c, { actor, body: body.value, run: () => handling.run(call) })
}

// Others of the same account may have been faster since it was asked how many changes are left.
const overtaken = (thrown: unknown): Result<never, Problem> => {
  if (thrown instanceof OverAllowance) return err(overAllowance)
  throw thrown
}

// Changes nothing, and so leaves no event to be counted by.
const isTrial = (c: HonoContext<HttpEnv>, { changes }: Handling): boolean =>
  c.req.method !== 'GET' && (!changes || c.req.query('dry_run') === 'true')

/** Answers a call: who is it, what is asked, then the deed, once; a refusal is kept (R37). */
export const answer = async (c: HonoContext<HttpEnv>, handling: Handling): Promise<Response> => {
  const { gatehouse, decisionId: requestId } = c.env
  const token = bearerToken(c.req.header('authorization'))
  const actor = await findActor(gatehouse, token)
  if (!actor.ok) return problemToWire(actor.error, { tokenSent: token !== undefined })
  if (handling.patient) gatehouse.extendDeadline(patientMs)
  const userAgent = c.req.header('user-agent') ?? null
  const named = { action: handling.name, requestId, userAgent }
  const context = actingAs(gatehouse, actor.value, named)
  const left = handling.changes ? await allowanceOf(context, actor.value) : null
  const known: Known = { context, actor: actor.value, left }
  // Before anything is done: what is refused in the end has fetched keys, or claimed a key, until then.
  if (left !== null && left.refusals <= 0) return refuse(c, overAllowance, known)
  if (isTrial(c, handling) && !mayTry(context, actor.value)) return refuse(c, overAllowance, known)
  const reply = await run(c, handling, known).catch(overtaken)
  if (!reply.ok) return refuse(c, reply.error, known)
  const response =
    reply.value instanceof Response ? reply.value : replyToWire(reply.value, c.req.header('accept'))
  const quota = context.config.changesPerMinute
  return left === null ? response : withAllowance(response, { quota, left: left.changes - 1 })
}
