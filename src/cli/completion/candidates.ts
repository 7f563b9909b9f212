import type { Command, Option } from 'commander'

/** What may come next on a command line. */
export interface Candidates {
  /** Words that are known beforehand. */
  readonly words: readonly string[]
  /** What stored objects may be named; null: none. */
  readonly objects: string | null
}

const isValued = ({ required, optional }: Option): boolean => required || optional

const optionsOf = (program: Command, command: Command): readonly Option[] =>
  [...command.options, ...program.options].filter(({ hidden }) => !hidden)

const visible = ({ commands }: Command): readonly string[] =>
  commands.map((command) => command.name()).filter((name) => !name.startsWith('_'))

interface Place {
  readonly command: Command
  /** The option whose value comes next. */
  readonly option: Option | undefined
  /** Words of the command that were given. */
  readonly given: number
}

const walk = (program: Command, words: readonly string[]): Place =>
  words.reduce<Place>(
    ({ command, option, given }, word) => {
      if (option !== undefined) return { command, option: undefined, given }
      if (word.startsWith('-')) {
        const found = optionsOf(program, command).find(
          ({ long, short }) => word === long || word === short,
        )
        const valued = found !== undefined && isValued(found) ? found : undefined
        return { command, option: valued, given }
      }
      const next = command.commands.find((each) => each.name() === word)
      return next === undefined
        ? { command, option: undefined, given: given + 1 }
        : { command: next, option: undefined, given: 0 }
    },
    { command: program, option: undefined, given: 0 },
  )

/** Says what may come next; the last word is the beginning of it. */
export const candidatesFor = (program: Command, words: readonly string[]): Candidates => {
  const last = words.at(-1) ?? ''
  const { command, option, given } = walk(program, words.slice(0, -1))
  if (option !== undefined) {
    return { words: option.argChoices ?? [], objects: option.long?.replace(/^--/, '') ?? null }
  }
  if (last.startsWith('-')) {
    const flags = optionsOf(program, command).flatMap(({ long }) => long ?? [])
    return { words: ['--help', ...flags], objects: null }
  }
  const [argument] = given === 0 ? command.registeredArguments : []
  return { words: given === 0 ? visible(command) : [], objects: argument?.name() ?? null }
}

/** Returns the value of an option among words. */
export const valueAfter = (words: readonly string[], option: string): string | undefined => {
  const at = words.indexOf(option)
  return at === -1 ? undefined : words[at + 1]
}
