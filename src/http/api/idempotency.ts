import type { Context as HonoContext } from 'hono'
import { alreadyShown, createOnce } from '../../admin/idempotency.ts'
import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import type { Reply } from './reply.ts'

// As it is now, and only if the caller may read it: what was answered then is not kept.
const readAgain = async (c: HonoContext<HttpEnv>, path: string): Promise<Response> => {
  const authorization = c.req.header('authorization') ?? ''
  const url = new URL(path, c.req.url)
  return c.env.dispatch(new Request(url, { headers: { authorization } }))
}

const asReplay = (answer: Response): Response => {
  const headers = new Headers(answer.headers)
  headers.set('idempotent-replay', 'true')
  return new Response(answer.body, { status: answer.status, headers })
}

/** One call as far as its key is concerned. */
interface Keyed {
  readonly actor: Actor
  readonly body: unknown
  readonly run: () => Promise<Result<Reply, Problem>>
}

/**
 * Runs a call; a `POST` under an `Idempotency-Key` at most once in a day (R42). The second time its
 * caller gets what was made the first time.
 */
export const runOnce = async (
  c: HonoContext<HttpEnv>,
  { actor, body, run }: Keyed,
): Promise<Result<Reply | Response, Problem>> => {
  const key = c.req.header('idempotency-key')
  if (key === undefined || c.req.method !== 'POST') return run()
  const call = { key, method: c.req.method, path: c.req.path, body }
  const made = await createOnce(c.env.gatehouse, actor, { call, run })
  if (!made.ok || !('madeBefore' in made.value)) return made as Result<Reply, Problem>
  const before = made.value
  const answer = await readAgain(c, before.madeBefore)
  return before.secret ? err(alreadyShown(before, answer.ok)) : ok(asReplay(answer))
}
