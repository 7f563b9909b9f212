import type { Hono, Context as HonoContext } from 'hono'
import * as z from 'zod'
import type { Problem, ProblemSlug } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { answer, type Call } from './call.ts'
import { type BodyLimits, isWithoutBody, parseJsonBody, parseNoBody } from './json-body.ts'
import { readQuery } from './query.ts'
import type { Reply } from './reply.ts'

/** What can be said of an operation without running it: its route and its page in the reference. */
export interface Description {
  /** `collection.verb`: its name in the audit trail, and in the OpenAPI document. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The whole path; parameters in braces, by the names of `parameters`. */
  readonly path: string
  /** One sentence, without a full stop. */
  readonly summary: string
  /** What else a caller should know, in Markdown. */
  readonly description?: string
  /** Parameters beyond these are ignored by a `GET`, and refused by all others. */
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** What the reference says of the body, where that is only known once its object is read. */
  readonly bodyShape?: z.ZodType
  /** Leaving the body out says the same as `{}`. */
  readonly bodyOptional?: boolean
  /** How large the body may be; left out: as large as any. */
  readonly bodyLimits?: BodyLimits
  /** What it answers on success, by status; null: nothing. */
  readonly answers: Readonly<Partial<Record<200 | 201 | 202 | 204, z.ZodType | null>>>
  /** The answers are also to be had as `text/csv`. */
  readonly csv?: boolean
  /** The media type of its answers; left out: JSON. */
  readonly media?: 'application/x-ndjson'
  /** Answers carry an `ETag`; changes of such objects need `If-Match` where this says `required`. */
  readonly etag?: 'answered' | 'optional' | 'required'
  /** What it refuses beyond what every call may be refused for. */
  readonly refusals: readonly ProblemSlug[]
  /** It is about much at once, and has 25 s; all others have 4.5. */
  readonly patient?: true
  /** Whether it changes something; left out: whether it is no `GET`. */
  readonly changes?: boolean
}

/** One call of the admin API: described, routed and run from the same object. */
export interface Operation extends Description {
  readonly handle: (c: HonoContext<HttpEnv>) => Promise<Response>
}

type Shaped<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise

interface Spec<Body, Query> extends Description {
  readonly body?: Body & z.ZodType
  readonly query?: Query & z.ZodObject
  readonly run: (
    call: Call<Shaped<Body, undefined>, Shaped<Query, Readonly<Record<string, never>>>>,
  ) => Promise<Result<Reply, Problem>>
}

const readBody = async (
  { method, body, bodyOptional = false, bodyLimits }: Description,
  request: Request,
) => {
  if (body === undefined) return method === 'GET' ? ok(undefined) : parseNoBody(request)
  if (bodyOptional && (await isWithoutBody(request))) return ok(body.parse({}))
  return parseJsonBody(request, body, bodyLimits)
}

/** Makes an operation: authenticate, check shapes, then run (authority, then rules). */
export const operation = <Body = undefined, Query = undefined>({
  run,
  ...description
}: Spec<Body, Query>): Operation => ({
  ...description,
  handle: (c) =>
    answer(c, {
      name: description.name,
      changes: changesSomething(description),
      patient: description.patient ?? false,
      query: () =>
        readQuery(c.req.query(), {
          schema: description.query ?? z.object({}),
          strict: description.method !== 'GET',
        }),
      body: (request) => readBody(description, request),
      // The two readers above are the schemas that `run` is typed by.
      run: run as (call: Call<unknown, unknown>) => Promise<Result<Reply, Problem>>,
    }),
})

/** Whether an operation changes something, and so leaves an event. */
export const changesSomething = ({ method, changes }: Description): boolean =>
  changes ?? method !== 'GET'

/** The parameters of paths, and what their values look like: ids have one spelling (R40). */
export const parameters: Readonly<Record<string, string>> = {
  namespace_id: 'ns_[0-9a-z]+',
  resource_server_id: 'rs_[0-9a-z]+',
  role_id: 'role_[0-9a-z]+',
  group_id: 'grp_[0-9a-z]+',
  role_binding_id: 'rb_[0-9a-z]+',
  issuer_id: 'iss_[0-9a-z]+',
  service_account_id: 'sa_[0-9a-z]+',
  trust_policy_id: 'tp_[0-9a-z]+',
  secret_id: 'sec_[0-9a-z]+',
  key_id: 'key_[0-9a-z]+',
  token_id: 'tok_[0-9a-z]+',
  decision_id: 'dec_[0-9a-z]+',
  event_id: 'evt_[0-9a-z]+',
  subscription_id: 'sub_[0-9a-z]+',
  notice_id: 'ntc_[0-9a-z]+',
  pending_change_id: 'pc_[0-9a-z]+',
  pairing_code_id: 'pair_[0-9a-z]+',
  kid: '[A-Za-z0-9_-]+',
  client_id: 'cli_[0-9a-z]+',
}

// The router takes every colon for the start of a parameter, so a verb is matched as part of one.
const segmentOf = (segment: string): string => {
  const [, name, verb = ''] = /^\{([a-z_]+)\}(:[a-z-]+)?$/.exec(segment) ?? []
  if (name !== undefined) return `:${name}{${parameters[name]}${verb}}`
  return segment.includes(':') ? `:verb{${segment}}` : segment
}

/** Puts operations on their routes. */
export const mount = (routes: Hono<HttpEnv>, operations: readonly Operation[]): void => {
  for (const { method, path, handle } of operations) {
    routes.on(method, path.split('/').map(segmentOf).join('/'), handle)
  }
}
