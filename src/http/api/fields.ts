import * as z from 'zod'

export { freeText, jsonObject, name, time, tokenTtl } from '../../core/shape/fields.ts'

import { time } from '../../core/shape/fields.ts'

/** A namespace path: `/` or `/` and names. */
export const path = z.string().max(520).startsWith('/', 'expected a path like /acme/payments')

/** An opaque id of ours. */
export const id = z.string().regex(/^[a-z]+_[0-9a-z]+$/, 'expected an id of ours, like sa_0123abcd')

const prefixes = {
  namespace: 'ns',
  'resource server': 'rs',
  role: 'role',
  group: 'grp',
  'service account': 'sa',
  'trust policy': 'tp',
} as const

/** An id, where it is known of what. */
export const idOf = (...kinds: readonly (keyof typeof prefixes)[]) => {
  const begin = kinds.map((kind) => prefixes[kind])
  const like = begin.map((prefix) => `${prefix}_0123abcd`).join(' or ')
  const pattern = begin.length === 1 ? begin.join() : `(${begin.join('|')})`
  return z
    .string()
    .regex(
      new RegExp(`^${pattern}_[0-9a-z]+$`),
      `expected the id of a ${kinds.join(' or ')}, like ${like}`,
    )
}

/** What an account stands for. */
export const accountKind = z.enum(['workload', 'person'])

/** A time, as RFC 3339 text in UTC; in the code epoch milliseconds. */
export const toTime = (ms: number): string => new Date(ms).toISOString()

/** A time in a query; in the code epoch milliseconds. */
export const moment = time.transform(Date.parse)

/** A time in an answer. */
export const answeredTime = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC' })

/** A time in an answer, where there may be none. */
export const answeredTimeOrNull = answeredTime.nullable()

/** The same, of epoch milliseconds. */
export const toTimeOrNull = (ms: number | null): string | null => (ms === null ? null : toTime(ms))

/** The narrowing of a list to a subtree. */
export const within = path.optional().describe('Only what lies in this namespace and below it')

// Not an enum of texts: to a reader of the document it is a boolean.
const yesOrNo = z.string().refine((text) => /^(true|false)$/.test(text), 'expected true or false')
const isYes = (value: string): boolean => value === 'true'

/** A yes or no in a query. */
export const flag = yesOrNo.transform(isYes).meta({ override: { type: 'boolean' } })

/** The same, where leaving it out says no. */
export const switched = yesOrNo
  .default('false')
  .transform(isYes)
  .meta({ override: { type: 'boolean', default: false } })
