import { expect } from 'vitest'
import type { HranaServer } from '../../../scripts/hrana/listen.ts'

/** A request of a pipeline, as it goes over the wire. */
export type WireRequest = { readonly type: string } & Readonly<Record<string, unknown>>

/** What the server said. */
export type WireAnswer = {
  readonly status: number
  readonly contentType: string | null
  readonly text: string
}

/** The body of an answered pipeline, read only as far as tests need it. */
export type PipelineBody = {
  readonly baton: string | null
  readonly base_url: unknown
  readonly results: readonly WireResult[]
}

/** One result of a pipeline. */
export type WireResult = {
  readonly type: string
  readonly response?: { readonly type: string; readonly result?: WireStatementResult }
  readonly error?: { readonly message: string; readonly code: string }
}

/** What came of a statement or of a batch. */
export type WireStatementResult = Readonly<Record<string, unknown>> & {
  readonly rows?: readonly (readonly { readonly value?: unknown }[])[]
}

/** How to send a pipeline. */
export type SendOptions = {
  readonly baton?: string | null
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends any body at all. */
export async function post(
  server: HranaServer,
  body: string,
  { path = '/v2/pipeline', headers = {} }: SendOptions = {},
): Promise<WireAnswer> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    text: await response.text(),
  }
}

/** Sends requests and returns the raw answer. */
export function send(
  server: HranaServer,
  requests: readonly WireRequest[],
  options: SendOptions = {},
): Promise<WireAnswer> {
  const { baton } = options
  const body = baton === undefined ? { requests } : { baton, requests }
  return post(server, JSON.stringify(body), options)
}

/** Sends requests that the server must answer with HTTP 200. */
export async function ask(
  server: HranaServer,
  requests: readonly WireRequest[],
  options: SendOptions = {},
): Promise<PipelineBody> {
  const answer = await send(server, requests, options)
  expect(answer).toMatchObject({ status: 200, contentType: 'application/json' })
  return JSON.parse(answer.text) as PipelineBody
}

/** Runs one statement on a stream of its own. */
export async function run(
  server: HranaServer,
  sql: string,
  ...args: unknown[]
): Promise<WireResult> {
  const { results } = await ask(server, [execute(sql, ...args), CLOSE])
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return result
}

/** Gives the values of all rows, without their types. */
export function valuesOf(result: WireResult | undefined): unknown[][] {
  const rows = result?.response?.result?.rows
  if (rows === undefined) throw new Error(`no rows in ${JSON.stringify(result)}`)
  return rows.map((row) => row.map(({ value }) => value))
}

/** Makes an execute request; the arguments are values of the wire. */
export function execute(sql: string, ...args: unknown[]): WireRequest {
  return { type: 'execute', stmt: { sql, args, want_rows: true } }
}

/** Makes a batch request. */
export function batch(...steps: { sql: string; condition?: unknown }[]): WireRequest {
  return {
    type: 'batch',
    batch: { steps: steps.map(({ sql, condition }) => ({ stmt: { sql }, condition })) },
  }
}

/** Ends a stream. */
export const CLOSE: WireRequest = { type: 'close' }

/** Makes a text value of the wire. */
export function text(value: string): unknown {
  return { type: 'text', value }
}

/** Makes an integer value of the wire. */
export function integer(value: bigint | number): unknown {
  return { type: 'integer', value: value.toString() }
}
