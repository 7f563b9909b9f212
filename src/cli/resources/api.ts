import { ProblemError } from '../../client/client.ts'
import type { Operation } from '../../client/operations.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { ofProblem } from '../frame/failures.ts'
import type { FlagNames } from '../frame/pointer.ts'
import { connect } from '../session/connect.ts'
import type { Settings } from '../settings/settings.ts'

/** What a call says. */
export interface Request {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** For the words of a refusal. */
  readonly flags?: FlagNames
}

/** What it answered. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly etag: string | null
  readonly replayed: boolean
}

/** Calls operations of the admin API. Refusals are thrown as `CliFailure`. */
export interface Api {
  readonly settings: Settings
  readonly url: string
  call(operation: Operation, request?: Request): Promise<Answer>
}

interface Raw {
  readonly data?: unknown
  readonly response: Response
}

type Send = (method: string, path: string, init: Readonly<Record<string, unknown>>) => Promise<Raw>

const waitsMs = [300, 1200]
// A gateway that is slow to say no says it once: the whole command ends within ten seconds.
const patienceMs = 4000

// A reply that is lost may have made something: only what is run once under its key is sent again.
const isRepeatable = ({ method }: Operation, { headers }: Request): boolean =>
  method === 'GET' || headers?.['Idempotency-Key'] !== undefined

const passes = (failure: CliFailure): boolean =>
  failure.exit === 'unavailable' && !['not_a_gateway', 'too_many_requests'].includes(failure.code)

const toFailure = (thrown: unknown, { flags }: Request): unknown =>
  thrown instanceof ProblemError ? ofProblem(thrown, flags) : thrown

const initOf = ({ name }: Operation, { path, query, body, headers }: Request) => ({
  params: { path, query },
  ...(body !== undefined && { body }),
  ...(headers && { headers }),
  ...(name === 'audit-events.export' && { parseAs: 'text' }),
})

const answerOf = ({ data, response: { status, headers } }: Raw): Answer => ({
  status,
  body: data ?? null,
  etag: headers.get('etag'),
  replayed: headers.get('idempotent-replay') === 'true',
})

const slowMs = 2000

const withProgress = async <T>(cli: Cli, url: string, work: Promise<T>): Promise<T> => {
  const timer = setTimeout(() => cli.say(`waiting for ${url} …`), slowMs)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}

/** Connects to the gateway that the settings name. */
export const connectApi = async (cli: Cli, url?: string): Promise<Api> => {
  const connection = await connect(cli, url === undefined ? {} : { url })
  const send = connection.api.request as unknown as Send
  const call: Api['call'] = async (operation, request = {}) => {
    const { method, path } = operation
    const waits = isRepeatable(operation, request) ? waitsMs : []
    const begun = cli.now()
    for (let attempt = 0; ; attempt += 1) {
      try {
        const sent = send(method.toLowerCase(), path, initOf(operation, request))
        return answerOf(await withProgress(cli, connection.url, sent))
      } catch (thrown) {
        const failure = toFailure(thrown, request)
        const wait = waits[attempt]
        const again = failure instanceof CliFailure && passes(failure)
        if (!again || wait === undefined || cli.now() - begun > patienceMs) throw failure
        cli.say(`no answer from ${connection.url}; trying again …`)
        await cli.sleep(wait)
      }
    }
  }
  return { settings: connection.settings, url: connection.url, call }
}
