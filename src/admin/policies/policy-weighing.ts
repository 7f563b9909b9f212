import { type Context, nowSeconds } from '../../context.ts'
import type { Issuer } from '../../core/account-config.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { comparePolicies, type Side, wordsOf } from '../../core/widening/compare.ts'
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

/** Says what a save changes in what an account's policy accepts; null: there is none. */
export const weigh = async (
  context: Context,
  namespacePath: string,
  { before, after }: { readonly before: PolicyDraft | null; readonly after: PolicyDraft | null },
): Promise<Changes> => {
  const [from, to] = await Promise.all(
    [before, after].map((policy) => policy && sideOf(context, namespacePath, policy)),
  )
  const now = nowSeconds(context)
  return wordsOf(comparePolicies({ before: from ?? null, after: to ?? null, now }))
}
