import type { Command } from 'commander'
import type { Surroundings } from '../pipeline/surroundings.ts'
import type { Exit } from './exit-codes.ts'

/** What a command may touch beside its own arguments. */
export interface Cli extends Surroundings {
  /** Prints data to stdout: with `--json` the value, else the words. The only writer of stdout. */
  readonly print: (value: unknown, inWords: () => string) => void
  /** Tells the person something, on stderr. */
  readonly say: (line: string) => void
  /** True when somebody sits there and may be asked. */
  readonly interactive: boolean
}

/** Adds a command to the program. */
export type Register = (program: Command, cli: Cli) => void

/** Ends a command: what was wrong, what to do next, and the exit code. Never holds a credential. */
export class CliFailure extends Error {
  readonly exit: Exit
  /** Stable, for programs. */
  readonly code: string
  readonly next: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    exit: Exit,
    failure: {
      readonly code: string
      readonly message: string
      readonly next: string
      readonly details?: Readonly<Record<string, unknown>>
    },
  ) {
    super(failure.message)
    this.name = 'CliFailure'
    this.exit = exit
    this.code = failure.code
    this.next = failure.next
    this.details = failure.details ?? {}
  }
}
