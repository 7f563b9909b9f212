import { type Bindings, compose, type Entry } from './compose.ts'
import { newId } from './crypto/random.ts'
import { serve } from './http/app.ts'
import { unconfigured } from './http/health.ts'
import { duties, perform } from './schedule/hourly.ts'

/** The part of the platform's execution context that is used. */
interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

const requestMs = 4500
const dutyMs = 25_000

// Set by the platform alone; what a caller writes into it never arrives (AC-195).
const sourceOf = (request: Request, { loopback }: Entry): string =>
  loopback ? 'loopback' : (request.headers.get('cf-connecting-ip') ?? 'unknown')

/** Makes a Worker of an entry: one Context per request, then the doors; one per duty of the clock. */
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

  async scheduled(_event: unknown, bindings: Bindings, lifetime: Lifetime): Promise<void> {
    for (const duty of duties) {
      const context = compose(entry, {
        bindings,
        source: 'schedule',
        patienceMs: dutyMs,
        waitUntil: (work) => lifetime.waitUntil(work),
        answered: () => false,
      })
      // Thrown, so that the platform counts the run among the failed ones.
      if (!context.ok) throw new Error(`${context.error} is missing or malformed`)
      await perform(duty, context.value)
    }
  },
})
