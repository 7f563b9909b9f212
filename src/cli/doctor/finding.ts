/** What one check came to. */
export interface Finding {
  /** Stable, for programs. */
  readonly check: string
  readonly state: 'ok' | 'note' | 'warn' | 'fail' | 'skip'
  readonly message: string
  /** What to do; null where there is nothing. */
  readonly next: string | null
}

type Said = readonly [message: string, next: string]

/** All is as it should be. */
export const good = (check: string, message: string): Finding => ({
  check,
  state: 'ok',
  message,
  next: null,
})

/** It works, and somebody should look at it. */
export const warn = (check: string, [message, next]: Said): Finding => ({
  check,
  state: 'warn',
  message,
  next,
})

/** Somebody accepted it once; told, and no reason to fail. */
export const note = (check: string, [message, next]: Said): Finding => ({
  check,
  state: 'note',
  message,
  next,
})

/** It does not work. */
export const fail = (check: string, [message, next]: Said): Finding => ({
  check,
  state: 'fail',
  message,
  next,
})

/** It could not be looked at. */
export const skip = (check: string, message: string): Finding => ({
  check,
  state: 'skip',
  message,
  next: null,
})

/** Says that all is well where nothing was found. */
export const orGood = (
  check: string,
  findings: readonly Finding[],
  message: string,
): readonly Finding[] => (findings.length === 0 ? [good(check, message)] : findings)
