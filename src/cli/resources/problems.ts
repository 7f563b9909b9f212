import { type Problem, ProblemError } from '../../client/client.ts'
import { CliFailure } from '../cli.ts'
import type { Exit } from '../exit-codes.ts'

const exits: Readonly<Record<number, Exit>> = {
  400: 'usage',
  401: 'authentication',
  403: 'authentication',
  404: 'notFound',
  409: 'conflict',
  412: 'conflict',
  413: 'usage',
  415: 'usage',
  422: 'usage',
  428: 'conflict',
  429: 'unavailable',
  503: 'unavailable',
}

const nexts: Readonly<Record<number, string>> = {
  401: 'log in again with gatehouse login, or set GATEHOUSE_TOKEN',
  403: 'gatehouse whoami says who you are; ask an owner for a role that may do this',
  404: 'list what you may read: what you may not read does not exist',
  412: 'it changed since it was read: read it again, then run this again',
}

/** The flag that said what a JSON Pointer points to, or the pointer itself. */
export const sayPointer = (pointer: string, flags: Readonly<Record<string, string>>): string => {
  const [, member = '', ...rest] = pointer.split('/')
  const flag = flags[member]
  if (flag === undefined) return pointer === '' ? 'the body' : pointer
  const below = rest.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.')
  return below === '' ? flag : `${flag} ${below}`
}

const messageOf = (
  { title, detail, errors = [] }: Problem,
  flags: Readonly<Record<string, string>>,
): string => {
  const members = errors.map(
    ({ pointer, detail: words }) => `${sayPointer(pointer, flags)}: ${words}`,
  )
  const whole = `${title}: ${detail}`
  return members.length === 0 ? whole : [whole, ...members].join('\n  ')
}

const nextOf = ({ status, type }: Problem, { retryAfterSeconds }: ProblemError, url: string) => {
  if (retryAfterSeconds !== null) return `try again in ${retryAfterSeconds} s`
  const page = `${url}${type} says what to do`
  const own = nexts[status]
  return own === undefined ? page : `${own}; ${page}`
}

const refused = (error: ProblemError, flags: Readonly<Record<string, string>>, url: string) => {
  const { problem } = error
  return new CliFailure(exits[problem.status] ?? 'unexpected', {
    code: problem.type.split('/').pop() ?? 'problem',
    message: messageOf(problem, flags),
    next: nextOf(problem, error, url),
    details: {
      status: problem.status,
      ...(problem.errors && { errors: problem.errors }),
      ...(problem.id && { id: problem.id }),
    },
  })
}

const unreachable = (thrown: unknown, url: string): CliFailure => {
  const { name, message, cause } = thrown as Error
  const why = (cause as { code?: string } | undefined)?.code ?? message
  return new CliFailure('unavailable', {
    code: 'gateway_unavailable',
    message:
      name === 'SyntaxError'
        ? `${url} does not answer like a gateway (${message.slice(0, 120)})`
        : `${url} did not answer (${why})`,
    next: 'check the URL; gatehouse doctor tests it step by step. A change may have been made: read first',
  })
}

/** Says a refusal, or the lack of an answer, as the failure of a command. */
export const failureOf = (
  thrown: unknown,
  flags: Readonly<Record<string, string>>,
  url: string,
): unknown => {
  if (thrown instanceof CliFailure) return thrown
  if (thrown instanceof ProblemError) return refused(thrown, flags, url)
  const names = ['TypeError', 'SyntaxError', 'TimeoutError', 'AbortError']
  return names.includes((thrown as Error).name) ? unreachable(thrown, url) : thrown
}
