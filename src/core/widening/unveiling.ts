import type { PolicyDraft } from '../trust-policy.ts'
import type { Comparison } from './compare.ts'
import { furtherLimits } from './limits.ts'
import { isLive, matchersOf, type Side } from './side.ts'
import { shown } from './words.ts'

// A policy that gives less still decides; one that accepts fewer tokens leaves them to a later one.
const stillDecides: readonly string[] = ['replay', 'max_token_ttl_seconds']

const excludes = (one: Side, other: Side): boolean => {
  const others = matchersOf(other)
  return [...matchersOf(one)].some(([claim, matchers]) =>
    matchers.some(
      (matcher) =>
        typeof matcher !== 'object' &&
        others.get(claim)?.some((each) => typeof each !== 'object' && each !== matcher),
    ),
  )
}

const isRival = (older: Side, later: Side, now: number): boolean =>
  isLive(later, now) &&
  later.policy.issuer === older.policy.issuer &&
  later.policy.audience === older.policy.audience &&
  !excludes(older, later)

/**
 * Says in words what tokens get of later policies of the account where an older one accepts them no
 * longer: the oldest that is satisfied decides, so what accepts less can give more. Unless two
 * policies exclude each other plainly, they are taken to accept a token in common.
 */
export const unveiledWords = (
  older: Side | null,
  later: readonly PolicyDraft[],
  { narrows, now }: Pick<Comparison, 'narrows'> & { readonly now: number },
): readonly string[] => {
  if (older === null || narrows.every(({ member }) => stillDecides.includes(member))) return []
  return later
    .map((policy): Side => ({ ...older, policy }))
    .filter((side) => isRival(older, side, now))
    .flatMap((side) =>
      furtherLimits(older, side)
        .filter(({ member }) => member !== 'expires_at')
        .map(({ words }) => `what is left to the policy ${shown(side.policy.name)}: ${words}`),
    )
}
