import { Argument } from 'commander'
import type { Register } from '../cli.ts'
import { candidatesFor } from './candidates.ts'
import { objectNames } from './objects.ts'
import { scripts } from './scripts.ts'

/** `gatehouse completion`: what a shell completes command lines by. */
export const registerCompletion: Register = (program, cli) => {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .action((shell: string) => {
      const script = scripts[shell] ?? ''
      cli.print({ shell, script }, () => script.trimEnd(), 'file')
    })
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const last = words.at(-1) ?? ''
      const { words: known, objects } = candidatesFor(program, words)
      const names = objects === null ? [] : await objectNames(cli, objects, words)
      const found = [...new Set([...known, ...names])].filter((word) => word.startsWith(last))
      cli.print(found, () => found.join('\n'))
    })
}
