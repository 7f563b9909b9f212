import { Command, CommanderError } from 'commander'
import { type Cli, CliFailure, type Register } from './cli.ts'
import { registerExchange } from './exchange.ts'
import { exitCodes } from './exit-codes.ts'

// One line each: what can be added is a file and a line here.
const registers: readonly Register[] = [registerExchange]

const build = (cli: Cli): Command => {
  const program = new Command('gatehouse')
    .description('short-lived tokens for jobs, and the policies behind them')
    .option('--json', 'print JSON, also for errors')
    .exitOverride()
  for (const register of registers) register(program, cli)
  return program
}

/** Runs one command line (without the program's own name) and returns its exit code. */
export const run = async (argv: readonly string[], cli: Cli): Promise<number> => {
  try {
    await build(cli).parseAsync(argv, { from: 'user' })
    return exitCodes.ok
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    }
    if (!(thrown instanceof CliFailure)) throw thrown
    const { code, message, next, details } = thrown
    if (argv.includes('--json')) {
      cli.print({ error: { code, message, next, details } }, () => message)
    } else {
      cli.say(`error: ${message}`)
      cli.say(`next: ${next}`)
    }
    return exitCodes[thrown.exit]
  }
}
