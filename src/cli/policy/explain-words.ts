import { oneLine } from '../../core/one-line.ts'
import type { Trace } from '../../core/trace.ts'

/** What policies make of a token, from the file or from the gateway. */
export interface Explained {
  /** By a file the token is only decoded; the gateway verifies it. */
  readonly judged_by: 'file' | 'gateway'
  /** Null: it would be accepted. */
  readonly reason: string | null
  readonly policies: readonly Pick<Trace, 'name' | 'satisfied' | 'clauses'>[]
}

type Clause = Trace['clauses'][number]

const failedOf = ({ clauses }: Explained['policies'][number]): readonly Clause[] =>
  clauses.filter(({ verdict }) => verdict !== 'match')

/** The closest policies first: whoever reads this meant one of them. */
export const byNearness = (policies: Explained['policies']): Explained['policies'] =>
  [...policies].sort((one, other) => failedOf(one).length - failedOf(other).length)

const clauseInWords = ({ claim, expected, actual, verdict, hint }: Clause): readonly string[] => {
  const name = oneLine(claim).slice(1, -1)
  if (verdict === 'match') return [`  ok    ${name} ${oneLine(actual)}`]
  const has = actual === null ? 'the token has none' : `the token has ${oneLine(actual)}`
  return [
    `  FAIL  ${name} (${verdict}): expected ${oneLine(expected)}, ${has}`,
    ...(hint === undefined ? [] : [`        ${hint}`]),
  ]
}

const reasonWords: Readonly<Record<string, string>> = {
  no_policy: 'no enabled policy of the account names the issuer of this token',
  unknown_issuer: 'no policy names the issuer of this token',
  no_policy_matched: 'no policy accepts it',
}

/** Tells each clause of each policy, the nearest policy first. Claims are quoted, never the token. */
export const explainedInWords = ({ judged_by: by, reason, policies }: Explained): string =>
  [
    by === 'gateway'
      ? 'The gateway has judged it; nothing was issued or spent.'
      : 'The token is decoded, not verified: whoever made it may have written anything.',
    reason === null
      ? 'It would be accepted.'
      : `It would be refused: ${reasonWords[reason] ?? reason}.`,
    ...byNearness(policies).flatMap((policy, i) => [
      `${policy.satisfied ? 'accepts' : 'refuses'}: policy ${oneLine(policy.name)}${i === 0 && !policy.satisfied ? ' (the nearest)' : ''}`,
      ...policy.clauses.flatMap(clauseInWords),
    ]),
  ].join('\n')
