import { oneLine, printable } from '../../core/one-line.ts'
import type { Surroundings } from '../../pipeline/surroundings.ts'
import type { Cli } from '../cli.ts'
import type { Globals } from './globals.ts'

/** The process that runs a command: a test gives the same things. */
export interface Process extends Surroundings {
  readonly cwd: string
  readonly writeOut: (text: string) => void
  readonly writeErr: (text: string) => void
  /** True when stdin and stderr are terminals. */
  readonly isTerminal: boolean
}

const patienceMs = 2000

/** Tells whom it waits for, when that takes longer than anybody likes to look at nothing. */
const tellWaiting =
  (fetch: Surroundings['fetch'], say: Cli['say']): Surroundings['fetch'] =>
  async (request) => {
    const timer = setTimeout(() => say(`waiting for ${new URL(request.url).host} …`), patienceMs)
    try {
      return await fetch(request)
    } finally {
      clearTimeout(timer)
    }
  }

/** Makes of a process what commands may touch, as its global options want it. */
export const openCli = (host: Process, globals: Globals): Cli => {
  const warn = (line: string) => host.writeErr(`${printable(line)}\n`)
  const { json, quiet, verbose, yes, noInput } = globals
  const say = quiet ? () => {} : warn
  return {
    ...host,
    fetch: tellWaiting(host.fetch, say),
    json,
    yes,
    // A CI job may have a terminal that nobody sits at.
    interactive: host.isTerminal && !noInput && !host.env.CI,
    print: (value, inWords, as) => {
      const words = () => (as === 'file' ? inWords() : printable(inWords()))
      host.writeOut(`${json ? oneLine(value) : words()}\n`)
    },
    warn,
    say,
    detail: verbose ? warn : () => {},
  }
}
