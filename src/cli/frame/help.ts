import type { Command } from 'commander'
import { type Cli, CliFailure } from '../cli.ts'
import { type Exit, exitCodes } from '../exit-codes.ts'

const meanings: Readonly<Record<Exit, string>> = {
  ok: 'done',
  unexpected: 'a bug, here or at the gateway',
  usage: 'the command line, a settings file or a value is wrong',
  notFound: 'there is no such thing, or it may not be seen',
  authentication: 'no credential, or it is not accepted',
  denied: 'refused by a policy or for want of a permission',
  findings: 'lint, test, diff or doctor found something',
  conflict: 'it has changed meanwhile, exists already or is in use',
  unavailable: 'the gateway is down, slow or not a gateway; or too many requests',
  interrupted: 'interrupted',
}

const printExitCodes = (cli: Cli): void => {
  const codes = (Object.keys(exitCodes) as Exit[]).map((name) => ({
    code: exitCodes[name],
    name,
    meaning: meanings[name],
  }))
  cli.print(codes, () =>
    codes.map(({ code, meaning }) => `${String(code).padStart(3)}  ${meaning}`).join('\n'),
  )
}

const helpOn = (program: Command, topics: readonly string[]): Command => {
  let at = program
  for (const topic of topics) {
    const next = at.commands.find((command) => command.name() === topic)
    if (next === undefined) {
      throw new CliFailure('usage', {
        code: 'unknown_topic',
        message: `there is no help on "${topic}"`,
        next: 'gatehouse help',
      })
    }
    at = next
  }
  return at
}

/** Adds `gatehouse help [topic]`, which also explains the exit codes. */
export const addHelp = (program: Command, cli: Cli): void => {
  program
    .helpCommand(false)
    .command('help')
    .description('help on a command, or on exit-codes')
    .argument('[topic...]')
    .action((topics: readonly string[]) => {
      if (topics[0] === 'exit-codes') return printExitCodes(cli)
      const text = helpOn(program, topics).helpInformation()
      return cli.print({ help: text }, () => text.trimEnd())
    })
}
