import { printable } from '../../core/one-line.ts'
import { type Cli, CliFailure } from '../cli.ts'

const interrupted = (): CliFailure =>
  new CliFailure('interrupted', {
    code: 'interrupted',
    message: 'nothing was done',
    next: 'start again when you know',
  })

/** Asks before something that cannot be undone; where nobody can be asked, `--yes` has to say it. */
export const confirm = async (cli: Cli, question: string): Promise<void> => {
  if (cli.yes) return
  if (!cli.interactive) {
    throw new CliFailure('usage', {
      code: 'confirmation_needed',
      message: `${question} Nobody can be asked here`,
      next: 'add --yes to do it',
    })
  }
  // The prompts take a while to load, and most commands never ask.
  const prompts = await import('@clack/prompts')
  const answer = await prompts.confirm({ message: printable(question), output: process.stderr })
  if (answer !== true) throw interrupted()
}

/** Asks for a text, or for a secret, which is not shown while it is typed. */
export const askFor = async (
  cli: Cli,
  what: { readonly message: string; readonly secret: boolean; readonly otherwise: string },
): Promise<string> => {
  if (!cli.interactive) {
    throw new CliFailure('usage', {
      code: 'input_needed',
      message: `${what.message} is missing, and nobody can be asked here`,
      next: what.otherwise,
    })
  }
  const prompts = await import('@clack/prompts')
  const options = { message: what.message, output: process.stderr }
  const answer = await (what.secret ? prompts.password(options) : prompts.text(options))
  if (typeof answer !== 'string') throw interrupted()
  return answer.trim()
}
