import { readBoundedText } from '../../bounded-text.ts'
import { within } from '../../patience.ts'

/** What reaches the network. */
export type Reach = (request: Request) => Promise<Response>

/** The longest that the gateway is waited for, in milliseconds: connection, head and body together. */
export const reachMs = 3000

/** What the gateway answered. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Why there is no answer: fixed text of ours, for the owner's log. */
export interface ReachFault {
  readonly fault: string
}

/** What is asked, and how long an answer may be. */
export interface Question {
  readonly method?: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly maxBytes: number
}

const ask = async (
  reach: Reach,
  url: string,
  { maxBytes, ...init }: Question,
): Promise<Reply | ReachFault> => {
  try {
    const signal = AbortSignal.timeout(reachMs)
    const response = await reach(new Request(url, { ...init, redirect: 'manual', signal }))
    const { status, headers } = response
    if (status !== 200) {
      await response.body?.cancel()
      return { status, headers, text: '' }
    }
    const text = await readBoundedText(response.body, maxBytes, { fatal: true })
    return text === undefined ? { fault: `more than ${maxBytes} bytes` } : { status, headers, text }
  } catch {
    return { fault: 'out of reach' }
  }
}

/**
 * Asks the gateway: at most 3 s, and never elsewhere. A redirect is an answer like any other,
 * and not the one that was hoped for. A `fetch` that is deaf to its signal is given up all the same.
 */
export const askGateway = (
  reach: Reach,
  url: string,
  question: Question,
): Promise<Reply | ReachFault> =>
  within(reachMs, ask(reach, url, question), () => ({ fault: `no answer within ${reachMs} ms` }))
