import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import { prefersCsv } from '../accept.ts'
import { type Csv, csvReply } from '../csv.ts'
import { ndjsonReply } from '../ndjson.ts'
import { emptyReply, jsonReply, noStore } from '../reply.ts'

/** What an admin call answers on success. */
export interface Reply {
  readonly status: 200 | 201 | 202 | 204
  readonly body?: unknown
  /** Path of what was made. */
  readonly location?: string
  /** Becomes a strong `ETag`. */
  readonly version?: number
  /** The `ETag` of what has no version, quotes included. */
  readonly etag?: string
  /** The same for who asks for `text/csv`. */
  readonly csv?: Csv
  /** Lines of JSON, instead of a body. */
  readonly lines?: readonly string[]
  /** Where the lines go on, when there are more. */
  readonly next?: string
  /** Whether it shows a secret, which happens once. */
  readonly secret?: boolean
}

/** A reply as it leaves the house, in the form that was asked for. */
export const replyToWire = (reply: Reply, accept: string | undefined): Response => {
  const { status, body, location, version, etag, csv, lines, next } = reply
  const headers = {
    ...noStore,
    ...(location !== undefined && { location }),
    ...(version !== undefined && { etag: `"${version}"` }),
    ...(next !== undefined && { link: `<${next}>; rel="next"` }),
    ...(etag !== undefined && { etag }),
  }
  if (csv !== undefined && prefersCsv(accept)) return csvReply(status, csv, headers)
  if (lines !== undefined) return ndjsonReply(status, lines, headers)
  return status === 204 ? emptyReply(204, headers) : jsonReply(status, body, headers)
}

/** What was found or made as a reply, or the problem that it came to. */
export const replyWith = <T>(
  outcome: Result<T, Problem>,
  toReply: (value: T) => Reply,
): Result<Reply, Problem> => (outcome.ok ? ok(toReply(outcome.value)) : outcome)

/** Nothing more to say of what is done. */
export const replyEmpty = (outcome: Result<unknown, Problem>): Result<Reply, Problem> =>
  outcome.ok ? ok({ status: 204 }) : outcome
