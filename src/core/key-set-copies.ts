/** A key-set document and when it was fetched, in epoch seconds. */
export interface KeySetCopy {
  readonly fetchedAt: number
  readonly document: unknown
}

/** Copies of key sets that outlive the isolate; authenticated, and never authoritative. */
export interface KeySetCopies {
  /** The copy, or undefined when there is none, the store fails, or the seal is not ours. */
  read(key: string): Promise<KeySetCopy | undefined>
  /** Writes a copy; a failing store costs speed, never an answer. */
  write(key: string, copy: KeySetCopy): Promise<void>
}
