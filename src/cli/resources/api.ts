import { ProblemError } from '../../client/client.ts'
import type { Operation } from '../../client/operations.ts'
import type { Cli } from '../cli.ts'
import { connection } from './connection.ts'
import { failureOf } from './problems.ts'

/** What a call says. */
export interface Request {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Which flag said which member, for the words of a refusal. */
  readonly flags?: Readonly<Record<string, string>>
}

/** What it answered. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly etag: string | null
  readonly replayed: boolean
}

/** Calls operations of the admin API. Refusals are thrown as `CliFailure`. */
export type Api = (operation: Operation, request?: Request) => Promise<Answer>

interface Raw {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

const waitsMs = [300, 1200]

// A reply that is lost may have made something: only what is run once under its key is sent again.
const isRepeatable = ({ method }: Operation, { headers }: Request): boolean =>
  method === 'GET' || headers?.['Idempotency-Key'] !== undefined

const passes = (thrown: unknown): boolean =>
  thrown instanceof ProblemError
    ? thrown.problem.status === 503
    : thrown instanceof TypeError || (thrown as { name?: string }).name === 'TimeoutError'

const answerOf = ({ data, error, response }: Raw): Answer => {
  const { status, headers } = response
  if (status >= 400) throw new SyntaxError(`answered ${status}: ${String(error).slice(0, 80)}`)
  return {
    status,
    body: data ?? null,
    etag: headers.get('etag'),
    replayed: headers.get('idempotent-replay') === 'true',
  }
}

/** Connects to the gateway that the settings name. */
export const connectApi = async (cli: Cli): Promise<Api> => {
  const { client, url } = await connection(cli)
  const send = client.request as (
    method: string,
    path: string,
    init: Readonly<Record<string, unknown>>,
  ) => Promise<Raw>
  return async (operation, request = {}) => {
    const { path, query, body, headers } = request
    const init = {
      params: { path, query },
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
      ...(operation.name === 'audit-events.export' && { parseAs: 'text' }),
    }
    const waits = isRepeatable(operation, request) ? waitsMs : []
    for (let attempt = 0; ; attempt += 1) {
      try {
        return answerOf(await send(operation.method.toLowerCase(), operation.path, init))
      } catch (thrown) {
        const wait = waits[attempt]
        if (wait === undefined || !passes(thrown)) throw failureOf(thrown, request.flags ?? {}, url)
        cli.say(`no answer from ${url}; trying again …`)
        await cli.sleep(wait)
      }
    }
  }
}
