import { samplesOf } from '../core/examples.ts'
import type { JsonObject } from '../core/json.ts'
import type { Trace } from '../core/trace.ts'
import { type FilePolicy, refText } from './format.ts'
import type { Place } from './place.ts'
import { presetOf, toDraft } from './policy.ts'
import type { FileAccount } from './read.ts'

/** How one example or named test of a policy went. */
export interface Trial extends Place {
  readonly service_account: string
  readonly policy: string
  readonly name: string
  readonly passed: boolean
  /** What went otherwise; null when it passed. */
  readonly message: string | null
}

interface Wanted {
  readonly pointer: string
  readonly name: string
  readonly claims: JsonObject
  readonly expect: 'accept' | 'reject'
  readonly failing?: readonly string[] | undefined
}

const wantedOf = ({ examples, tests }: FilePolicy): readonly Wanted[] => [
  ...(['accept', 'reject'] as const).flatMap((expect) =>
    examples[expect].map((claims, i) => ({
      pointer: `/examples/${expect}/${i}`,
      name: `examples.${expect}[${i}]`,
      claims,
      expect,
    })),
  ),
  ...tests.map((test, i) => ({ pointer: `/tests/${i}`, ...test })),
]

const clauseInWords = ({ claim, verdict, actual, hint }: Trace['clauses'][number]): string =>
  `${claim} (${verdict}: ${JSON.stringify(actual)})${hint === undefined ? '' : ` ${hint}`}`

const faultOf = ({ expect, failing }: Wanted, { satisfied, clauses }: Trace): string | null => {
  const failed = clauses.filter(({ verdict }) => verdict !== 'match')
  if (expect === 'accept') {
    return satisfied
      ? null
      : `expected to be accepted, refused by ${failed.map(clauseInWords).join('; ')}`
  }
  if (satisfied) return 'expected to be refused, and is accepted: every clause matches'
  if (failing === undefined) return null
  const names = failed.map(({ claim }) => claim).sort()
  const wanted = [...new Set(failing)].sort()
  if (JSON.stringify(names) === JSON.stringify(wanted)) return null
  return `expected to fail exactly ${wanted.join(', ')}, fails ${names.join(', ')}`
}

/** Runs the examples and the named tests of an account's policies. */
export const runTrials = ({ account, policies, locate }: FileAccount): readonly Trial[] =>
  policies.flatMap((policy, i) => {
    const preset = presetOf(policy)
    const samples = preset.ok ? samplesOf(toDraft(policy), preset.value) : null
    return wantedOf(policy).map((wanted) => {
      const message =
        samples === null
          ? 'the policy cannot be judged: say its `preset`'
          : faultOf(wanted, samples[wanted.expect](wanted.claims))
      return {
        ...locate(`/policies/${i}${wanted.pointer}`),
        service_account: refText(account),
        policy: policy.name,
        name: wanted.name,
        passed: message === null,
        message,
      }
    })
  })
