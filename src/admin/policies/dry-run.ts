import { type Context, nowSeconds } from '../../context.ts'
import type { Decision } from '../../core/decision.ts'
import { evaluatePolicy } from '../../core/evaluate.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import type { JsonObject } from '../../core/json.ts'
import { lintPolicy } from '../../core/lint/policy.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { freshConfig } from '../../store/exchange/account-configs.ts'
import { findVisibleIssuer } from '../../store/issuers.ts'
import { findAccount } from '../../store/service-accounts.ts'
import { refuseReading } from '../actor.ts'
import { asSaved, complete, judgeSample, judgeToken, tell } from './dry-run-story.ts'
import { judgeDraft, refuseUnfit } from './policy-draft.ts'

/** What is asked: would this token, or these claims, be accepted for an account. */
export interface Question {
  readonly serviceAccountId: string
  /** Instead of the account's saved policies. */
  readonly draft: PolicyDraft | null
  readonly evidence:
    | { readonly kind: 'token'; readonly token: string }
    | { readonly kind: 'claims'; readonly claims: JsonObject }
}

/** What is asked without an account: whether a policy that nobody has saved accepts these claims. */
export interface DraftQuestion {
  readonly draft: PolicyDraft
  readonly claims: JsonObject
}

/**
 * Answers what an exchange would come to, with the explanation of every policy. Nothing is issued,
 * spent or recorded. With claims instead of a token, the signature is assumed.
 */
export const evaluate = async (
  context: Context,
  actor: Actor,
  { serviceAccountId, draft, evidence }: Question,
): Promise<Result<Decision, Problem>> => {
  const account = await findAccount(context.db, serviceAccountId)
  if (account === undefined) return err(notFound)
  const path = account.namespacePath
  const refused = refuseReading(actor, 'trust-policies:read', path)
  if (refused) return err(refused)
  if (draft !== null) {
    const judged = await judgeDraft(context, path, draft)
    if (!judged.ok) return judged
  }
  const { config: saved } = await freshConfig(context.db, account.clientId, null)
  const config = draft === null ? saved : { ...saved, policies: [asSaved(draft)] }
  const story =
    evidence.kind === 'token'
      ? await judgeToken(context, config, evidence.token)
      : judgeSample(context, config, evidence.claims)
  return ok(tell(context, story, account))
}

// The issuer says which preset judges; one that is not registered yet is known by its URL.
const presetOf = async (context: Context, places: readonly string[], url: string) => {
  for (const place of places) {
    const issuer = await findVisibleIssuer(context.db, place, url)
    if (issuer?.preset != null) return context.presets.get(issuer.preset) ?? null
  }
  return [...context.presets.values()].find(({ issuer }) => issuer === url) ?? null
}

/**
 * Answers whether a draft accepts claims, with every clause; the signature is assumed. A draft that
 * could not be saved is refused as saving it would be.
 */
export const evaluateDraft = async (
  context: Context,
  actor: Actor,
  { draft, claims }: DraftQuestion,
): Promise<Result<Decision, Problem>> => {
  const places = placesOf(actor, 'trust-policies:read')
  if (places.length === 0) {
    return err(problem('permission-denied', 'this needs trust-policies:read somewhere'))
  }
  const preset = await presetOf(context, places, draft.issuer)
  const lint = lintPolicy(draft, preset, { audiences: [draft.audience] })
  const unfit = refuseUnfit(lint.errors)
  if (unfit) return err(unfit)
  const completed = complete(claims, draft, nowSeconds(context))
  const trace = evaluatePolicy(asSaved(draft), { claims: completed, times: [] }, preset)
  const reason = trace.satisfied ? null : 'no_policy_matched'
  return ok(tell(context, { reason, claims: completed, traces: [trace] }, null))
}
