/** Lets some milliseconds pass. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for work at most so long, then goes on with what there is otherwise; the timer never stays. */
export const within = <T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(otherwise())
      } catch (thrown) {
        reject(thrown)
      }
    }, ms)
    // One promise for all of it: a race and its clean-up cost four more on every call.
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (thrown) => {
        clearTimeout(timer)
        reject(thrown)
      },
    )
  })

const statementMs = 2000

/** The time that a request has, and what a call to the database may have of it; in milliseconds. */
export interface Deadline {
  readonly remainingMs: () => number
  readonly statementMs: () => number
  /** Gives so much time in all instead, to one statement if it needs it. */
  readonly extend: (patienceMs: number) => void
}

/** Starts the time of a request; what it has deferred has its own once it is answered. */
export const startDeadline = (patienceMs: number, answered: () => boolean): Deadline => {
  const start = Date.now()
  let allowedMs = patienceMs
  let longestMs = statementMs
  const remainingMs = () => allowedMs - (Date.now() - start)
  return {
    remainingMs,
    statementMs: () => (answered() ? statementMs : Math.min(longestMs, Math.max(1, remainingMs()))),
    extend: (moreMs) => {
      allowedMs = moreMs
      longestMs = moreMs
    },
  }
}
