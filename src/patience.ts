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
