import { type Context, nowSeconds } from '../../context.ts'
import type { Issuer } from '../../core/account-config.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import {
  type Comparison,
  comparePolicies,
  type Side,
  wordsOf,
} from '../../core/widening/compare.ts'
import { unveiledWords } from '../../core/widening/unveiling.ts'
import { findVisibleIssuer } from '../../store/issuers.ts'

/** In words, what is accepted after a save that was not before, and the other way round. */
export type Changes = ReturnType<typeof wordsOf>

/** A policy with what its issuer adds to it: its preset's gates, and how often a token may be used. */
export const sideUnder = (
  { presets }: Context,
  issuer: Pick<Issuer, 'preset' | 'replay'> | undefined,
  policy: PolicyDraft,
): Side => {
  const preset = presets.get(issuer?.preset ?? '') ?? null
  return { policy, preset, usualReplay: issuer?.replay ?? preset?.replay ?? 'single_use' }
}

const sideOf = async (context: Context, namespacePath: string, policy: PolicyDraft) =>
  sideUnder(context, await findVisibleIssuer(context.db, namespacePath, policy.issuer), policy)

/** The words of a comparison, and of what it leaves to later policies of the account. */
export const withUnveiled = (
  from: Side | null,
  later: readonly PolicyDraft[],
  compared: Comparison & { readonly now: number },
): Changes => {
  const { acceptsNow, acceptsNoLonger } = wordsOf(compared)
  return { acceptsNow: [...acceptsNow, ...unveiledWords(from, later, compared)], acceptsNoLonger }
}

/** The policies of an account that are asked after one of them, of all in their order. */
export const laterThan = <T extends { readonly id: string }>(
  policy: T | null,
  policies: readonly T[],
): readonly T[] =>
  policy === null ? [] : policies.slice(policies.findIndex(({ id }) => id === policy.id) + 1)

/** Says what a save changes in what an account's policies accept; null: there is none. */
export const weigh = async (
  context: Context,
  namespacePath: string,
  {
    before,
    after,
    later,
  }: Record<'before' | 'after', PolicyDraft | null> & { readonly later: readonly PolicyDraft[] },
): Promise<Changes> => {
  const [from, to] = await Promise.all(
    [before, after].map((policy) => policy && sideOf(context, namespacePath, policy)),
  )
  const now = nowSeconds(context)
  const compared = comparePolicies({ before: from ?? null, after: to ?? null, now })
  return withUnveiled(from ?? null, later, { ...compared, now })
}
