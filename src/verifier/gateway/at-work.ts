/** A sign of life of work that others wait for, renewed while it goes on. Milliseconds, monotone. */
export interface AtWork {
  seenAt: number
  readonly stop: () => void
}

const beatMs = 200
// On Workers work ends with the request that began it, without a word: so does its timer.
const silenceMs = 1000

/** Announces work; `stop` it when it is done. */
export const startWork = (): AtWork => {
  const beat = setInterval(() => {
    sign.seenAt = performance.now()
  }, beatMs)
  const sign: AtWork = { seenAt: performance.now(), stop: () => clearInterval(beat) }
  return sign
}

/** Whether work still goes on, as far as can be told: false within a second after it was cut off. */
export const isAtWork = (sign: AtWork | null | undefined): sign is AtWork =>
  sign != null && Math.abs(performance.now() - sign.seenAt) < silenceMs
