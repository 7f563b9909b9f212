/** An answer with its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** The deployment that is tried: everything that reaches it goes through here, and is counted. */
export interface Target {
  /** Its origin, as it was named. */
  readonly origin: string
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Sends a form, or a body as it is. */
  post(
    path: string,
    body: Form | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  send(path: string, init: RequestInit): Promise<Answer>
  /** How many requests there were. */
  requests(): number
}

/** The parameters of a form; a name may be there twice. */
export type Form = Readonly<Record<string, string>> | readonly (readonly [string, string])[]

/** The target cannot be tried: out of reach, too slow, or something else altogether. */
export class NoGateway extends Error {}

const patienceMs = 6000
const userAgent = 'gatehouse-smoke'

const why = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  if (thrown.name === 'TimeoutError') return `no answer within ${patienceMs / 1000} s`
  const { cause } = thrown
  return cause instanceof Error && cause.message !== '' ? cause.message : thrown.message
}

/** Opens a target. Nothing is followed, and nothing waits for ever. */
export const openTarget = (origin: string): Target => {
  let requests = 0
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    requests += 1
    const headers = new Headers(init.headers)
    headers.set('user-agent', userAgent)
    try {
      const signal = AbortSignal.timeout(patienceMs)
      const answer = await fetch(`${origin}${path}`, {
        ...init,
        headers,
        signal,
        redirect: 'manual',
      })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    } catch (thrown) {
      throw new NoGateway(`${origin} is out of reach: ${why(thrown)}`)
    }
  }
  return {
    origin,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body, headers = {}) => {
      const form = typeof body === 'string' ? body : new URLSearchParams(entriesOf(body))
      return send(path, { method: 'POST', body: form, headers })
    },
    send,
    requests: () => requests,
  }
}

const entriesOf = (form: Form): string[][] =>
  Array.isArray(form) ? form.map(([name, value]) => [name, value]) : Object.entries(form)

/** The body of an answer as an object of JSON, or undefined. */
export const objectIn = ({ text }: Answer): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
