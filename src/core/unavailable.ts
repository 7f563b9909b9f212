/** A dependency that cannot be relied on right now. The only exception that is ours: answered 503. */
export class Unavailable extends Error {
  readonly dependency: 'database' | 'issuer_keys' | 'signing_key' | 'configuration_race'
  readonly retryAfterSeconds: number

  constructor(dependency: Unavailable['dependency'], detail: string, retryAfterSeconds = 5) {
    super(detail)
    this.name = 'Unavailable'
    this.dependency = dependency
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The same for who has made as many changes as a minute may have: nothing was changed. */
export class OverAllowance extends Unavailable {
  constructor() {
    super('configuration_race', 'too many changes in a minute', 60)
  }
}

/** The same while a change was under way: it may have been made. */
export class UnknownFate extends Unavailable {}
