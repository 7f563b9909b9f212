import {
  type BatchResult,
  type RequestScope,
  readCall,
  runBatch,
  runSequence,
  toWireError,
  type WireError,
} from './batch.ts'
import { decodePipeline, type StreamRequest } from './decode.ts'
import { type Description, describe } from './describe.ts'
import { ProtocolError, StatementError } from './errors.ts'
import { execute, type StatementResult } from './execute.ts'
import type { Stream } from './stream.ts'
import type { StreamRegistry } from './stream-registry.ts'

type StreamResponse =
  | { readonly type: 'execute'; readonly result: StatementResult }
  | { readonly type: 'batch'; readonly result: BatchResult }
  | { readonly type: 'describe'; readonly result: Description }
  | { readonly type: 'get_autocommit'; readonly is_autocommit: boolean }
  | { readonly type: 'sequence' | 'store_sql' | 'close_sql' | 'close' }

type StreamResult =
  | { readonly type: 'ok'; readonly response: StreamResponse }
  | { readonly type: 'error'; readonly error: WireError }

/** The answer to a pipeline, in the shape of the wire. */
export type PipelineResponse = {
  readonly baton: string | null
  readonly base_url: null
  readonly results: readonly StreamResult[]
}

/**
 * Answers the body of a pipeline request, one result for each request of it.
 * Throws ProtocolError or StreamExpiredError, both of which end the stream.
 */
export async function runPipeline(
  streams: StreamRegistry,
  body: string,
  scope: RequestScope,
): Promise<PipelineResponse> {
  const { baton, requests } = decodePipeline(body)
  const stream = baton === undefined ? streams.open() : streams.resume(baton)
  try {
    const results: StreamResult[] = []
    for (const request of requests) results.push(await answer(stream, request, scope))
    return { baton: stream.isClosed ? null : streams.park(stream), base_url: null, results }
  } catch (error) {
    stream.close()
    throw error
  }
}

async function answer(
  stream: Stream,
  request: StreamRequest,
  scope: RequestScope,
): Promise<StreamResult> {
  try {
    return { type: 'ok', response: await respond(stream, request, scope) }
  } catch (error) {
    if (error instanceof StatementError) return { type: 'error', error: toWireError(error) }
    throw error
  }
}

async function respond(
  stream: Stream,
  request: StreamRequest,
  scope: RequestScope,
): Promise<StreamResponse> {
  switch (request.type) {
    case 'execute': {
      const call = readCall(stream, request.stmt)
      return { type: 'execute', result: await execute(stream.connect(), call, scope) }
    }
    case 'batch':
      return { type: 'batch', result: await runBatch(stream, request.steps, scope) }
    case 'sequence':
      await runSequence(stream, stream.read(request.source), scope)
      break
    case 'describe':
      return { type: 'describe', result: describe(stream.connect(), stream.read(request.source)) }
    case 'store_sql':
      stream.store(request.id, request.text)
      break
    case 'close_sql':
      stream.forget(request.id)
      break
    case 'close':
      stream.close()
      break
    case 'get_autocommit':
      return { type: 'get_autocommit', is_autocommit: autocommit(stream, scope) }
  }
  return { type: request.type }
}

function autocommit(stream: Stream, { version }: RequestScope): boolean {
  if (version >= 3) return stream.isAutocommit
  throw new ProtocolError(
    'The `get_autocommit` request is only supported in protocol version hrana3 and higher',
  )
}
