import { replayModes } from '../trust-policy.ts'
import type { Finding } from './finding.ts'
import type { Side } from './side.ts'
import { spanWords } from './words.ts'

/** What a policy gives to the tokens it accepts beyond what another one gave: nothing to do with claims. */
export const furtherLimits = (from: Side, to: Side): readonly Finding[] =>
  [
    moreOften(from, to),
    longerLived(from.policy.maxTokenTtlSeconds, to.policy.maxTokenTtlSeconds),
    moreScope(from.policy.scope, to.policy.scope),
    longerTime(from.policy.expiresAt, to.policy.expiresAt),
  ].flatMap((finding) => (finding === null ? [] : [{ ...finding, witness: null }]))

type Said = Omit<Finding, 'witness'> | null

const moreOften = (from: Side, to: Side): Said => {
  const [before, after] = [from, to].map(({ policy, usualReplay }) => policy.replay ?? usualReplay)
  if (before === undefined || after === undefined) return null
  // The modes are listed from the strictest on.
  if (replayModes.indexOf(after) <= replayModes.indexOf(before)) return null
  return { member: 'replay', words: `a token more often: ${after}, and not ${before}` }
}

const longestWords = (seconds: number | null): string =>
  seconds === null ? 'as long as the account and the API allow' : `${seconds} seconds`

/** Says how often a token is taken by a policy, and how long what is issued lives. */
export const limitWords = ({ policy, usualReplay }: Side): string =>
  `each ${policy.replay ?? usualReplay}; what is issued lives up to ${longestWords(policy.maxTokenTtlSeconds)}`

const longerLived = (before: number | null, after: number | null): Said => {
  if (before === null || (after !== null && after <= before)) return null
  const longest = longestWords(after)
  const words = `what is issued lives up to ${longest}, and not ${before} seconds`
  return { member: 'max_token_ttl_seconds', words }
}

const moreScope = (before: readonly string[] | null, after: readonly string[] | null): Said => {
  if (before === null) return null
  const listed = before.join(', ')
  if (after === null) return { member: 'scope', words: `every scope, and not only ${listed}` }
  const added = after.filter((permission) => !before.includes(permission))
  return added.length === 0 ? null : { member: 'scope', words: `the scope ${added.join(', ')}` }
}

const longerTime = (before: number | null, after: number | null): Said => {
  if (before === null || (after !== null && after <= before)) return null
  const words =
    after === null ? 'tokens without an end' : `tokens for ${spanWords(after - before)} more`
  return { member: 'expires_at', words }
}
