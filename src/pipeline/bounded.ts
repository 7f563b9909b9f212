/**
 * Gives work so many milliseconds, then rejects with a TimeoutError. The signal asks the work to stop
 * as well, but does not bound it: Node forgets the signal of a `Request` once it has collected that
 * object, and the call then waits for ever (seen with a server that never answers).
 */
export const bounded = <T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stop = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => {
        const timeout = new DOMException('out of time', 'TimeoutError')
        reject(timeout)
        stop.abort(timeout)
      },
      Math.max(1, Math.floor(milliseconds)),
    )
    work(stop.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}
