import type { Command } from 'commander'
import type { Surroundings } from '../pipeline/surroundings.ts'
import type { Exit } from './exit-codes.ts'

/** What a command may touch beside its own arguments. */
export interface Cli extends Surroundings {
  /** The directory that it was started in. */
  readonly cwd: string
  /**
   * Prints data to stdout: with `--json` the value, else the words. The only writer of stdout. Words
   * command neither a terminal nor a runner, unless they are a file's text, which is left as it is.
   */
  readonly print: (value: unknown, inWords: () => string, as?: 'file') => void
  /** Tells the person something, on stderr; `--quiet` silences it. */
  readonly say: (line: string) => void
  /** Tells what must not be missed, on stderr, even with `--quiet`. */
  readonly warn: (line: string) => void
  /** Tells what only `--verbose` asks for, on stderr. */
  readonly detail: (line: string) => void
  /** True when somebody sits there and may be asked. */
  readonly interactive: boolean
  /** True when stdin and stderr are terminals, whoever sits there. */
  readonly isTerminal: boolean
  /** True with `--yes`: what would be asked has been answered. */
  readonly yes: boolean
  /** True with `--json`. */
  readonly json: boolean
}

/** Adds a command to the program. */
export type Register = (program: Command, cli: Cli) => void

/** Why a command ends early. */
export interface Ending {
  /** Stable, for programs. */
  readonly code: string
  /** What was wrong and what was expected. */
  readonly message: string
  /** What to do next. */
  readonly next: string
  /** The decision or the request that the gateway knows it by. */
  readonly correlationId?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Ends a command as the program did that it ran. */
export class ProgramEnded extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the program ended with ${status}`)
    this.name = 'ProgramEnded'
    this.status = status
  }
}

/** Ends a command: what was wrong, what to do next, and the exit code. Never holds a credential. */
export class CliFailure extends Error {
  readonly exit: Exit
  readonly code: string
  readonly next: string
  readonly correlationId: string | null
  readonly details: Readonly<Record<string, unknown>>

  constructor(exit: Exit, ending: Ending) {
    super(ending.message)
    this.name = 'CliFailure'
    this.exit = exit
    this.code = ending.code
    this.next = ending.next
    this.correlationId = ending.correlationId ?? null
    this.details = ending.details ?? {}
  }
}
