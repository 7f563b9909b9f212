import { type Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import type { FlagNames } from '../frame/pointer.ts'
import type { Api } from './api.ts'
import { type Collection, parametersOf, type Verb } from './collection.ts'
import { collectionOf } from './collections.ts'
import { type Flag, kebab } from './flags.ts'
import type { Given } from './input.ts'
import { findId } from './references.ts'

/** One command line, taken apart. */
export interface Invocation {
  readonly cli: Cli
  readonly collection: Collection
  readonly verb: Verb
  /** Words before the options. */
  readonly words: readonly string[]
  /** By the names that the parser gives them. */
  readonly options: Readonly<Record<string, unknown>>
}

const optionName = (name: string): string => new Option(`--${name}`).attributeName()

/** Returns what was said for an option. */
export const option = <T>({ options }: Invocation, name: string): T | undefined =>
  options[optionName(name)] as T | undefined

/** Returns the flags that were given, in the order in which the API has their members. */
export const given = (invocation: Invocation, flags: readonly Flag[]): readonly Given[] =>
  flags.flatMap((flag) => {
    const raw = option(invocation, flag.name)
    return raw === undefined ? [] : [{ flag, raw }]
  })

const collect = (word: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  word,
]

const placeholders: Readonly<Record<Exclude<Flag['type'], 'boolean'>, string>> = {
  text: 'value',
  texts: 'a,b',
  time: 'time',
  integer: 'count',
  file: 'file',
  document: 'file',
  pairs: 'name=value',
}

/** Puts flags on a command. */
export const addFlags = (command: Command, flags: readonly Flag[]): void => {
  for (const { name, type, about, values, affirmative } of flags) {
    if (type === 'boolean') {
      command.option(`--${name}`, about)
      if (!affirmative) command.option(`--no-${name}`)
      continue
    }
    const added = new Option(`--${name} <${placeholders[type]}>`, about)
    if (type === 'texts' || type === 'pairs') added.argParser(collect)
    else if (values !== undefined) added.choices(values)
    command.addOption(added)
  }
}

/** The parameter that the command's own word is for; undefined where it needs none. */
export const ownParameter = ({ parameter }: Collection, { operation }: Verb): string | undefined =>
  parametersOf(operation).find((name) => name === parameter)

/** The parameters of what the object lies in, which are flags. */
export const parentParameters = (collection: Collection, verb: Verb): readonly string[] =>
  parametersOf(verb.operation).filter((name) => name !== ownParameter(collection, verb))

/** What the flag of a parent is called. */
export const parentFlag = (parameter: string): string => collectionOf(parameter).one

/** Puts the flags that say what an object lies in on a command. */
export const addParents = (command: Command, collection: Collection, verb: Verb): void => {
  for (const parameter of parentParameters(collection, verb)) {
    const { one } = collectionOf(parameter)
    command.requiredOption(`--${one} <${one}>`, `the ${one} that they belong to: id, path or name`)
  }
}

/** Finds the ids that an operation's path needs. */
export const pathOf = async (
  api: Api,
  invocation: Invocation,
): Promise<Readonly<Record<string, string>>> => {
  const { collection, verb, words } = invocation
  const path: Record<string, string> = {}
  for (const parameter of parentParameters(collection, verb)) {
    const word = String(option(invocation, parentFlag(parameter)))
    path[parameter] = await findId(api, { collection: collectionOf(parameter) }, word)
  }
  const own = ownParameter(collection, verb)
  if (own === undefined) return path
  // Not the collection itself: an account in a group is an account like any other.
  const among = { collection: collectionOf(own), path }
  return { ...path, [own]: await findId(api, among, words[0] ?? '') }
}

/** Which flag says which member, for the words of a refusal. */
export const flagNames = (flags: readonly Flag[]): FlagNames =>
  Object.fromEntries(flags.map(({ member, name }) => [member, `--${name}`]))

/** What the word of a command is called in its usage. */
export const wordFor = (collection: Collection, verb: Verb): string => {
  if (ownParameter(collection, verb) !== undefined) return ` <${collection.one}>`
  const { subject } = collection
  const body = verb.operation.body ?? []
  const takes = verb.name === 'create' && body.some(({ name }) => name === subject)
  return takes && subject !== undefined ? ` [${kebab(subject)}]` : ''
}
