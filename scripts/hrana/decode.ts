import type { Arguments } from './bind.ts'
import { ProtocolError } from './errors.ts'
import type { SqlValue } from './native.ts'
import { decodeValue } from './values.ts'

type Fields = Readonly<Record<string, unknown>>

/** SQL by text or by the number under which the stream stored it. */
export type SqlSource = { readonly text: string } | { readonly id: number }

/** A statement as the client sent it. */
export type StatementRequest = {
  readonly source: SqlSource
  readonly given: Arguments
  readonly wantsRows: boolean
}

/** A statement of a batch; the condition is still as it came. */
export type StepRequest = { readonly stmt: StatementRequest; readonly condition: unknown }

/** One request of a pipeline. */
export type StreamRequest =
  | { readonly type: 'execute'; readonly stmt: StatementRequest }
  | { readonly type: 'batch'; readonly steps: readonly StepRequest[] }
  | { readonly type: 'sequence' | 'describe'; readonly source: SqlSource }
  | { readonly type: 'store_sql'; readonly id: number; readonly text: string }
  | { readonly type: 'close_sql'; readonly id: number }
  | { readonly type: 'close' | 'get_autocommit' }

/** The body of POST /v2/pipeline. */
export type PipelineRequest = {
  readonly baton: string | undefined
  readonly requests: readonly StreamRequest[]
}

/** Reads the whole body before anything runs. Throws ProtocolError for any other shape. */
export function decodePipeline(body: string): PipelineRequest {
  const { baton, requests } = object(parse(body))
  return {
    baton: baton === undefined || baton === null ? undefined : text(baton),
    requests: list(requests).map(decodeRequest),
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'not JSON')
  }
}

function decodeRequest(input: unknown): StreamRequest {
  const fields = object(input)
  switch (fields.type) {
    case 'execute':
      return { type: 'execute', stmt: decodeStatement(fields.stmt) }
    case 'batch':
      return { type: 'batch', steps: list(object(fields.batch).steps).map(decodeStep) }
    case 'sequence':
    case 'describe':
      return { type: fields.type, source: decodeSource(fields) }
    case 'store_sql':
      return { type: 'store_sql', id: integer(fields.sql_id), text: text(fields.sql) }
    case 'close_sql':
      return { type: 'close_sql', id: integer(fields.sql_id) }
    case 'close':
    case 'get_autocommit':
      return { type: fields.type }
    default:
      throw malformed(`unknown request type ${JSON.stringify(fields.type)}`)
  }
}

function decodeStep(input: unknown): StepRequest {
  const { stmt, condition } = object(input)
  return { stmt: decodeStatement(stmt), condition: condition ?? undefined }
}

function decodeStatement(input: unknown): StatementRequest {
  const fields = object(input)
  return {
    source: decodeSource(fields),
    given: {
      positional: list(fields.args ?? []).map(decodeValue),
      named: new Map(list(fields.named_args ?? []).map(decodeNamed)),
    },
    wantsRows: fields.want_rows !== false,
  }
}

function decodeNamed(input: unknown): [string, SqlValue] {
  const { name, value } = object(input)
  return [text(name), decodeValue(value)]
}

function decodeSource({ sql, sql_id }: Fields): SqlSource {
  const hasText = sql !== undefined && sql !== null
  const hasId = sql_id !== undefined && sql_id !== null
  if (hasText && hasId) {
    throw new ProtocolError('Either `sql` or `sql_id` are required, but not both')
  }
  if (hasText) return { text: text(sql) }
  if (hasId) return { id: integer(sql_id) }
  throw new ProtocolError('Either `sql` or `sql_id` are required')
}

function object(input: unknown): Fields {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Fields
  throw malformed('expected an object')
}

function list(input: unknown): readonly unknown[] {
  if (Array.isArray(input)) return input
  throw malformed('expected an array')
}

function text(input: unknown): string {
  if (typeof input === 'string') return input
  throw malformed('expected a string')
}

function integer(input: unknown): number {
  if (Number.isInteger(input)) return input as number
  throw malformed('expected an integer')
}

function malformed(reason: string): ProtocolError {
  return new ProtocolError(`Cannot deserialize client message from JSON: ${reason}`)
}
