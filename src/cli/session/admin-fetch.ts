import { silenceOf } from '../../pipeline/ask.ts'
import { bounded } from '../../pipeline/bounded.ts'
import type { Failure } from '../../pipeline/failure.ts'
import { notAGateway, silenceInWords } from '../../pipeline/gateway-call.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'

const withinMs = 7000

const isJson = (response: Response): boolean =>
  /^application\/(?:problem\+)?json/.test(response.headers.get('content-type') ?? '')

// What is read at once has to arrive in time as well; an export may take as long as it takes.
const arrived = async (response: Response): Promise<Response> => {
  if (!isJson(response)) return response
  const { status, headers } = response
  return new Response(await response.text(), { status, headers })
}

const foreign = (response: Response): string | null => {
  const { status, headers } = response
  if (status >= 300 && status < 400 && status !== 304) return 'redirects to another place'
  if (status === 204 || status === 304) return null
  const type = headers.get('content-type')?.split(';')[0] ?? ''
  if (type === 'application/problem+json') return null
  const ours = status < 300 && /^(?:application\/(?:json|x-ndjson)|text\/csv)$/.test(type)
  return ours ? null : `answers with ${type.slice(0, 60) || 'no type'} and status ${status}`
}

const outage = (url: string, status: number): Failure => ({
  code: 'unavailable',
  message: `The gateway ${url} cannot answer now (status ${status})`,
  next: 'try again in a minute',
})

/**
 * How the admin API is called: bounded in time, never along a redirect, and anything that is not a
 * gateway's answer ends the command with exit code 8.
 */
export const adminFetch =
  (cli: Pick<Cli, 'fetch' | 'now' | 'detail'>, url: string) =>
  async (request: Request): Promise<Response> => {
    const begun = cli.now()
    const { pathname } = new URL(request.url)
    const call = async (signal: AbortSignal): Promise<Response> => {
      const response = await cli.fetch(new Request(request, { redirect: 'manual', signal }))
      cli.detail(`${request.method} ${pathname} ${response.status} ${cli.now() - begun} ms`)
      const what = foreign(response)
      if (what === null) return arrived(response)
      throw ofFailure(
        response.status >= 500 ? outage(url, response.status) : notAGateway(url, what),
      )
    }
    try {
      return await bounded(withinMs, call)
    } catch (thrown) {
      if (thrown instanceof CliFailure) throw thrown
      throw ofFailure(silenceInWords(silenceOf(thrown), url, withinMs))
    }
  }
