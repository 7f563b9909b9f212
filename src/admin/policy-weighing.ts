import { type Context, nowSeconds } from '../context.ts'
import type { PolicyDraft } from '../core/trust-policy.ts'
import { comparePolicies, type Side, wordsOf } from '../core/widening/compare.ts'
import { findVisibleIssuer } from '../store/issuers.ts'

/** In words, what is accepted after a save that was not before, and the other way round. */
export type Changes = ReturnType<typeof wordsOf>

/** A policy with what its issuer adds to it: its preset's gates, and how often a token may be used. */
const sideOf = async (
  { db, presets }: Context,
  namespacePath: string,
  policy: PolicyDraft,
): Promise<Side> => {
  const issuer = await findVisibleIssuer(db, namespacePath, policy.issuer)
  const preset = presets.get(issuer?.preset ?? '') ?? null
  return { policy, preset, usualReplay: issuer?.replay ?? preset?.replay ?? 'single_use' }
}

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
