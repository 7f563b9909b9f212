import type { Context as HonoContext } from 'hono'
import type * as z from 'zod'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { type Call as AnyCall, answer } from './call.ts'
import { parseJsonBody } from './json-body.ts'
import type { Reply } from './reply.ts'

type Call<Body> = AnyCall<Body, Readonly<Record<string, string>>>

type Run<Body> = (call: Call<Body>) => Promise<Result<Reply, Problem>>

type Read<Body> = (request: Request) => Promise<Result<Body, Problem>>

const old = <Body>(c: HonoContext<HttpEnv>, body: Read<Body>, run: Run<Body>) =>
  answer(c, {
    name: 'old',
    changes: c.req.method !== 'GET',
    query: () => ok(c.req.query()),
    body,
    run: run as (call: AnyCall<unknown, unknown>) => Promise<Result<Reply, Problem>>,
  })

/** A route that reads, or changes without a body: authenticate, then run. */
export const endpoint = (run: Run<undefined>) => (c: HonoContext<HttpEnv>) =>
  old(c, async () => ok(undefined), run)

/** A route with a body: authenticate, check its shape, then run (authority, then rules). */
export const bodyEndpoint =
  <Body>(schema: z.ZodType<Body>, run: Run<Body>) =>
  (c: HonoContext<HttpEnv>) =>
    old(c, (request) => parseJsonBody(request, schema), run)
