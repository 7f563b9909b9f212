import { type Operation, operations } from '../../client/operations.ts'

/** One kind of stored object, from which its commands follow. */
export interface Collection {
  /** The words of the command, in the plural. */
  readonly command: readonly string[]
  readonly about: string
  /** What one of them is called, in a sentence and as a flag. */
  readonly one: string
  /** The first halves of its operations' names. */
  readonly operations: readonly string[]
  /** The parameter of paths that is one's own id. */
  readonly parameter?: string
  readonly id?: RegExp
  /** Members by which people name one. */
  readonly names: readonly string[]
  /** The member that the first word of `create` is. */
  readonly subject?: string
  /** What people see of each in a list; a dot goes into an object. */
  readonly columns: readonly string[]
  /** How many are listed if nothing is said; left out: all. */
  readonly limit?: number
}

/** A call as a command: `accounts update` is `service-accounts.update`. */
export interface Verb {
  readonly name: string
  readonly operation: Operation
}

const words: Readonly<Record<string, string>> = { read: 'get' }
// A patch does what a replacement does, and keeps what it does not name.
const unwanted = new Set(['replace', 'apply'])

/** Returns every command of a collection. */
export const verbsOf = (collection: Collection): readonly Verb[] =>
  operations.flatMap((operation) => {
    const [prefix = '', verb = ''] = operation.name.split('.')
    if (!collection.operations.includes(prefix) || unwanted.has(verb)) return []
    return [{ name: words[verb] ?? verb, operation }]
  })

/** Returns the names of the parameters in an operation's path, in order. */
export const parametersOf = ({ path }: Operation): readonly string[] =>
  [...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name = '']) => name)
