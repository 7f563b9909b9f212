import type { Command } from 'commander'
import { CliFailure } from '../cli.ts'

/** The options that every command has. */
export interface Globals {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly yes: boolean
  readonly noInput: boolean
}

/** The part of a command line that is ours: what follows `--` is another program's. */
const ours = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

/** Reads them before anything else, because errors of the command line obey them too. */
export const readGlobals = (argv: readonly string[]): Globals => {
  const given = new Set(ours(argv))
  return {
    json: given.has('--json'),
    quiet: given.has('--quiet') || given.has('-q'),
    verbose: given.has('--verbose'),
    yes: given.has('--yes') || given.has('-y'),
    noInput: given.has('--no-input'),
  }
}

/** Declares them, so that they are accepted and shown in the help. */
export const declareGlobals = (program: Command): Command =>
  program
    .option('--json', 'print one JSON value, also for errors')
    .option('-q, --quiet', 'say nothing on stderr but errors and warnings')
    .option('--verbose', 'say more on stderr: requests, their ids and times')
    .option('-y, --yes', 'answer yes to what would be asked')
    .option('--no-input', 'never ask')

/** The command that is called: the first word that is no option. */
export const commandName = (argv: readonly string[]): string | undefined =>
  ours(argv).find((word) => !word.startsWith('-'))

const secretOption =
  /^--(?:client-secret|secret|password|token|access-token|id-token|subject-token|private-key|api-key)(?:=|$)/

/**
 * Refuses a secret on the command line: every user of the machine can read the arguments of every
 * process, and shells keep them. The value is not repeated.
 */
export const refuseSecrets = (argv: readonly string[]): void => {
  const option = ours(argv).find((word) => secretOption.test(word))
  if (option === undefined) return
  const [name] = option.split('=')
  throw new CliFailure('usage', {
    code: 'secret_in_arguments',
    message: `${name} is not an option: arguments can be read by other users and stay in the shell's history`,
    next: 'give a client secret by GATEHOUSE_CLIENT_SECRET or --client-secret-stdin, a token by a file or stdin; replace the one that was typed',
  })
}
