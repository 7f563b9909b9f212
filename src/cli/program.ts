import { Command, CommanderError } from 'commander'
import { ProblemError } from '../client/client.ts'
import { redactText } from '../core/redact.ts'
import { type Cli, CliFailure, ProgramEnded, type Register } from './cli.ts'
import { exitCodes } from './exit-codes.ts'
import { ofProblem } from './frame/failures.ts'
import { commandName, declareGlobals, readGlobals, refuseSecrets } from './frame/globals.ts'
import { addHelp } from './frame/help.ts'
import { openCli, type Process } from './frame/terminal.ts'
import { collections } from './resources/collections.ts'
import { version } from './version.ts'

/** Commands by name, loaded when one of them is called: a job waits for each start. */
interface Group {
  readonly names: readonly string[]
  readonly load: () => Promise<Register>
}

// One entry for each file of commands.
const groups: readonly Group[] = [
  {
    names: collections.map(({ command: [name = ''] }) => name),
    load: async () => (await import('./resources/register.ts')).registerResources,
  },
  {
    names: ['decisions'],
    load: async () => (await import('./decisions/register.ts')).registerDecisions,
  },
  {
    // To complete a command line, all of them are loaded.
    names: ['completion'],
    load: async () => (await import('./completion/register.ts')).registerCompletion,
  },
  { names: ['doctor'], load: async () => (await import('./doctor/register.ts')).registerDoctor },
  {
    names: ['exchange'],
    load: async () => (await import('./job/exchange.ts')).registerExchange,
  },
  {
    names: ['policy'],
    load: async () => (await import('./policy/index.ts')).registerPolicy,
  },
  { names: ['pair'], load: async () => (await import('./job/pair.ts')).registerPair },
  { names: ['exec'], load: async () => (await import('./job/exec.ts')).registerExec },
  { names: ['revoke'], load: async () => (await import('./job/revoke.ts')).registerRevoke },
  {
    names: ['login', 'logout'],
    load: async () => (await import('./session/login.ts')).registerLogin,
  },
  { names: ['whoami'], load: async () => (await import('./session/whoami.ts')).registerWhoami },
  { names: ['config'], load: async () => (await import('./settings/explain.ts')).registerConfig },
]

const build = async (argv: readonly string[], cli: Cli): Promise<Command> => {
  const program = declareGlobals(
    new Command('gatehouse').description(
      'short-lived tokens for jobs, and the policies behind them',
    ),
  )
    .version(version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeErr: () => {},
      writeOut: (text) => cli.print(text, () => text.trimEnd()),
    })
  const name = commandName(argv)
  const called = groups.filter(({ names }) => name !== undefined && names.includes(name))
  // Help, and a misspelt name, need all of them.
  const wanted = called.length > 0 || argv[0] === '--version' ? called : groups
  for (const { load } of wanted) (await load())(program, cli)
  addHelp(program, cli)
  return program
}

const ofCommander = (error: CommanderError, argv: readonly string[]): CliFailure => {
  if (error.code === 'commander.help') {
    const name = commandName(argv) ?? ''
    return new CliFailure('usage', {
      code: 'usage',
      message: `${name} is a group of commands: name one of them`,
      next: `gatehouse help ${name}`,
    })
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  return new CliFailure('usage', {
    code: 'usage',
    message: [first, ...rest].join(' ').trim(),
    next: 'gatehouse help',
  })
}

const toFailure = (thrown: unknown, argv: readonly string[]): CliFailure => {
  if (thrown instanceof CliFailure) return thrown
  if (thrown instanceof ProblemError) return ofProblem(thrown)
  if (thrown instanceof CommanderError) return ofCommander(thrown, argv)
  return new CliFailure('unexpected', {
    code: 'unexpected',
    message: `a bug of this program: ${thrown instanceof Error ? thrown.message : 'no error'}`,
    next: 'report it with what --verbose says',
  })
}

const tell = (cli: Cli, failure: CliFailure): void => {
  const { code, next, correlationId, details } = failure
  // The last door: whatever an error quotes, no credential leaves with it.
  const message = redactText(failure.message)
  if (cli.json) {
    const error = { code, message, next, correlation_id: correlationId, details }
    cli.print({ error }, () => message)
    return
  }
  cli.warn(`error: ${message}`)
  cli.warn(`next: ${next}`)
  if (correlationId !== null) cli.warn(`id: ${correlationId}`)
}

/** Runs one command line (without the program's own name) and returns its exit code. */
export const run = async (argv: readonly string[], process: Process): Promise<number> => {
  const cli = openCli(process, readGlobals(argv))
  try {
    refuseSecrets(argv)
    const line = argv.length === 0 ? ['help'] : argv
    await (await build(line, cli)).parseAsync(line, { from: 'user' })
    return exitCodes.ok
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok
    if (thrown instanceof ProgramEnded) return thrown.status
    const failure = toFailure(thrown, argv)
    if (failure.exit === 'unexpected' && thrown instanceof Error) {
      cli.detail(redactText(thrown.stack ?? ''))
    }
    tell(cli, failure)
    return exitCodes[failure.exit]
  }
}
