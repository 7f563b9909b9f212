import type * as z from 'zod'
import { nearestName } from '../nearest-name.ts'

type Issue = z.core.$ZodRawIssue

const types: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'an integer'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', 'null'],
])

const units: ReadonlyMap<string, readonly [one: string, more: string]> = new Map([
  ['string', [' character', ' characters']],
  ['array', [' item', ' items']],
  ['set', [' item', ' items']],
])

const amountOf = (origin: string, count: number | bigint): string =>
  `${count}${units.get(origin)?.[count === 1 ? 0 : 1] ?? ''}`

const orElse = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`

const notKnown = 'this field is not known here, or only the server sets it'

// So many names are no slip, and comparing each with all that are known has its price.
const maxHints = 20

const knownOf = ({ inst }: Issue): readonly string[] => {
  const definition: object = inst?._zod.def ?? {}
  const shape = 'shape' in definition ? definition.shape : undefined
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : []
}

/** Says of each unknown member, on a line of its own, what was probably meant. */
const unknownMembers = (
  { keys, known }: { readonly keys: readonly string[]; readonly known: readonly string[] },
  said: Readonly<Record<string, string>> = {},
): string =>
  keys
    .map((key, at) => {
      if (Object.hasOwn(said, key)) return said[key]
      const near = at < maxHints ? nearestName(key, known) : undefined
      return near === undefined ? notKnown : `${notKnown}; did you mean \`${near}\`?`
    })
    .join('\n')

/** Has a strict object say something of its own of members that it does not take. */
export const saying = (said: Readonly<Record<string, string>>) => ({
  error: (issue: Issue): string | undefined =>
    issue.code === 'unrecognized_keys'
      ? unknownMembers({ keys: issue.keys, known: knownOf(issue) }, said)
      : undefined,
})

const formsOf = (alternatives: readonly (readonly z.core.$ZodIssue[])[]): string => {
  const forms = alternatives.map((issues) =>
    issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join(', '),
  )
  return forms.length === 0 ? 'this is none of the forms that are known here' : forms.join('; or ')
}

/**
 * Says in our words what a schema missed, where it has none of its own: what its library would say
 * tells of the library.
 */
export const inWords = (issue: Issue): string | undefined => {
  if (issue.input === undefined && issue.code.startsWith('invalid_')) {
    return 'this member is required'
  }
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${types.get(issue.expected) ?? issue.expected}`
    case 'invalid_value':
      return `expected ${orElse(issue.values.map((value) => JSON.stringify(value)))}`
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${amountOf(issue.origin, issue.minimum)}`
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${amountOf(issue.origin, issue.maximum)}`
    case 'invalid_format':
      return `expected ${issue.pattern === undefined ? issue.format : `text like ${issue.pattern}`}`
    case 'unrecognized_keys':
      return unknownMembers({ keys: issue.keys, known: knownOf(issue) })
    case 'invalid_union':
      return formsOf(issue.errors)
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`
    default:
      return 'this is not as the reference describes it'
  }
}
