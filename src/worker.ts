import { type Bindings, compose, type Entry } from './compose.ts'
import { newId } from './crypto/random.ts'
import { serve } from './http/app.ts'
import { unconfigured } from './http/health.ts'

/** The part of the platform's execution context that is used. */
interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

const requestMs = 4500

// Set by the platform alone; what a caller writes into it never arrives (AC-195).
const sourceOf = (request: Request, { loopback }: Entry): string =>
  loopback ? 'loopback' : (request.headers.get('cf-connecting-ip') ?? 'unknown')

/** Makes a Worker of an entry: one Context per request, then the doors. */
export const makeWorker = (entry: Entry) => ({
  async fetch(request: Request, bindings: Bindings, lifetime: Lifetime): Promise<Response> {
    let answered = false
    const context = compose(entry, {
      bindings,
      source: sourceOf(request, entry),
      patienceMs: requestMs,
      waitUntil: (work) => lifetime.waitUntil(work),
      answered: () => answered,
    })
    const decisionId = newId('dec', entry.clock())
    try {
      if (!context.ok) return unconfigured(request, context.error, decisionId)
      return await serve(request, { gatehouse: context.value, decisionId })
    } finally {
      answered = true
    }
  },
})
