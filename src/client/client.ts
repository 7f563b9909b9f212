import createClient, { type Client, type Middleware } from 'openapi-fetch'
import type { components, paths } from './api.ts'

/** A problem document, as every refusal of the admin API is one. */
export type Problem = components['schemas']['Problem']

/** A refusal of the admin API. `problem.type` is the path of a page that says what to do. */
export class ProblemError extends Error {
  readonly problem: Problem
  /** When the same call may succeed; null: nobody knows. */
  readonly retryAfterSeconds: number | null
  /** The address of the page that says what to do. */
  readonly page: string

  constructor(problem: Problem, retryAfterSeconds: number | null, page: string) {
    super(`${problem.title}: ${problem.detail}`)
    this.name = 'ProblemError'
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
    this.page = page
  }
}

/** How a gateway is reached. */
export interface Gatehouse {
  readonly baseUrl: string
  /** An access token for `urn:gatehouse:admin`, or what gets one; left out: none is sent. */
  readonly token?: string | (() => string | Promise<string>)
  readonly fetch?: (request: Request) => Promise<Response>
}

const authorize = (token: NonNullable<Gatehouse['token']>): Middleware => ({
  onRequest: async ({ request }) => {
    // OAuth's own endpoints authenticate clients, each in its own way.
    if (!/^\/(admin|api)\//.test(new URL(request.url).pathname)) return undefined
    const bearer = typeof token === 'string' ? token : await token()
    request.headers.set('authorization', `Bearer ${bearer}`)
    return request
  },
})

const throwProblems: Middleware = {
  onResponse: async ({ request, response }) => {
    if (response.headers.get('content-type') !== 'application/problem+json') return
    const wait = response.headers.get('retry-after')
    const problem = (await response.json()) as Problem
    const page = new URL(problem.type, request.url).href
    throw new ProblemError(problem, wait === null ? null : Number(wait), page)
  },
}

/** Makes a typed client of a gateway. Refusals of the admin API are thrown as `ProblemError`. */
export const gatehouse = ({ baseUrl, token, fetch }: Gatehouse): Client<paths> => {
  const client = createClient<paths>({ baseUrl, ...(fetch && { fetch }) })
  if (token !== undefined) client.use(authorize(token))
  client.use(throwProblems)
  return client
}

/** The header that makes a change only if the object is as it was when this was answered. */
export const ifMatch = (answer: Pick<Response, 'headers'>): { readonly 'If-Match': string } => {
  const etag = answer.headers.get('etag')
  if (etag === null) throw new TypeError('this answer has no ETag')
  return { 'If-Match': etag }
}

/** The header under which a POST is run once: send the same one when it has to be repeated. */
export const once = (): { readonly 'Idempotency-Key': string } => ({
  'Idempotency-Key': crypto.randomUUID(),
})

/** Sends a body as the form that the endpoints of OAuth take: `{ ...asForm, body }`. */
export const asForm = {
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
} as const
