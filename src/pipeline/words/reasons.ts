import { oneLine } from '../../core/one-line.ts'
import { askAdmin, type RefusalFacts, type Row } from './row.ts'

const own = ({ ownClaims }: RefusalFacts, claim: string): string =>
  oneLine(ownClaims?.[claim] ?? null)

const minutesOld = ({ ownClaims }: RefusalFacts): string => {
  const { iat, exp } = ownClaims ?? {}
  return typeof iat === 'number' && typeof exp === 'number'
    ? ` (its life: ${Math.round((exp - iat) / 60)} min)`
    : ''
}

const anew = (facts: RefusalFacts, more: string): string =>
  facts.renewable ? `run the step again${more}` : `run the job again${more}`

/** By the `reason` that a job earns by showing who it is. */
export const reasons: Readonly<Record<string, Row>> = {
  policy_mismatch: {
    code: 'denied',
    message: ({ refusal }) => {
      const names = refusal.failedClaims?.map(({ claim }) => oneLine(claim).slice(1, -1)) ?? []
      return `No trust policy accepts this job. Missed: ${names.join(', ') || 'unknown'}`
    },
    next: askAdmin,
  },
  audience_mismatch: {
    code: 'denied',
    message: (facts) =>
      `The identity token was issued for ${own(facts, 'aud')}; the policy of this account expects another audience`,
    next: ({ url }) => `ask the platform for the audience ${url} (GitLab: \`aud:\` of id_tokens)`,
  },
  assertion_reused: {
    code: 'denied',
    message: ({ answerLost }) =>
      answerLost
        ? 'This identity token has been used: the answer to an earlier attempt got lost on the way'
        : 'This identity token was already exchanged',
    next: (facts) =>
      facts.renewable
        ? 'ask the platform for a new identity token for each exchange'
        : 'keep the first access token for the whole job; to start over, run the job again',
  },
  assertion_expired: {
    code: 'denied',
    message: (facts) => `The identity token has expired${minutesOld(facts)}`,
    next: (facts) => anew(facts, ' and exchange early in the job'),
  },
  assertion_too_old: {
    code: 'denied',
    message: () => 'The identity token is older than the policy allows',
    next: (facts) => anew(facts, ', exchange early in it, or raise the age in the policy'),
  },
  assertion_not_yet_valid: {
    code: 'denied',
    message: () => "The identity token is not valid yet: a clock is wrong, the runner's or ours",
    next: () => "check the runner's clock (NTP)",
  },
}
