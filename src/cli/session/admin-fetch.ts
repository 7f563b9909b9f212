import { silenceOf } from '../../pipeline/ask.ts'
import { notAGateway, silenceInWords } from '../../pipeline/gateway-call.ts'
import type { Cli } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'

const withinMs = 9000

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

/**
 * How the admin API is called: bounded in time, never along a redirect, and anything that is not a
 * gateway's answer ends the command with exit code 8.
 */
export const adminFetch =
  (cli: Pick<Cli, 'fetch' | 'now' | 'detail'>, url: string) =>
  async (request: Request): Promise<Response> => {
    const begun = cli.now()
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(new DOMException('', 'TimeoutError')), withinMs)
    try {
      const signal = AbortSignal.any([patience.signal, request.signal])
      const response = await cli.fetch(new Request(request, { redirect: 'manual', signal }))
      const { pathname } = new URL(request.url)
      cli.detail(`${request.method} ${pathname} ${response.status} ${cli.now() - begun} ms`)
      const what = foreign(response)
      if (what === null) return await arrived(response)
      throw ofFailure(
        response.status >= 500
          ? {
              code: 'unavailable',
              message: `The gateway ${url} cannot answer now (status ${response.status})`,
              next: 'try again in a minute',
            }
          : notAGateway(url, what),
      )
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'CliFailure') throw thrown
      throw ofFailure(silenceInWords(silenceOf(thrown), url, withinMs))
    } finally {
      clearTimeout(timer)
    }
  }
