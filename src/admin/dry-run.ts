import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig, AccountPolicy } from '../core/account-config.ts'
import { readCompactJwt, unverifiedIssuer } from '../core/compact-jwt.ts'
import type { Decision } from '../core/decision.ts'
import { denialWord } from '../core/denial.ts'
import { evaluatePolicy } from '../core/evaluate.ts'
import { type Actor, placesOf } from '../core/holding.ts'
import { type JsonObject, member } from '../core/json.ts'
import { type Bench, grantJudged, judgeClaims, seatBench } from '../core/judgement.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { PolicyDraft } from '../core/trust-policy.ts'
import { verifySubjectToken } from '../crypto/verify.ts'
import { freshConfig } from '../store/account-configs.ts'
import { findVisibleIssuer } from '../store/issuers.ts'
import { type AccountRecord, findAccount } from '../store/service-accounts.ts'
import { refuseChange } from './actor.ts'

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

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const nothingWanted = { resource: null, audience: null, scope: null }

const asSaved = (draft: PolicyDraft): AccountPolicy => ({
  ...draft,
  id: 'draft',
  version: 0,
})

/** Claims as a caller would have them: times that are left out count as good. */
const complete = (
  claims: JsonObject,
  policy: Pick<AccountPolicy, 'issuer' | 'audience'> | undefined,
  now: number,
): JsonObject => ({
  iss: policy?.issuer ?? '',
  aud: policy?.audience ?? '',
  sub: 'unspecified',
  iat: now,
  exp: now + 300,
  ...claims,
})

interface Story {
  readonly reason: string | null
  readonly claims: JsonObject | null
  readonly traces: Decision['policies']
  readonly audience?: string
  readonly scope?: readonly string[]
  readonly policy?: Decision['policy']
}

const judge = (
  { context, config }: { readonly context: Context; readonly config: AccountConfig },
  bench: Bench,
  claims: JsonObject,
): Story => {
  const judged = judgeClaims(bench, claims, nowSeconds(context))
  if (!judged.ok) return { reason: judged.error, claims, traces: [] }
  const { traces } = judged.value
  if (!traces.some(({ satisfied }) => satisfied)) {
    return { reason: 'no_policy_matched', claims, traces }
  }
  const verdicts = grantJudged(config, judged.value, { wanted: nothingWanted, grantType: exchange })
  if (!verdicts.ok) return { reason: denialWord(verdicts.error), claims, traces }
  const { policy, target, granted } = verdicts.value
  return {
    reason: null,
    claims,
    traces,
    audience: target.identifier,
    scope: [...granted.keys()],
    policy: { id: policy.id, version: policy.version },
  }
}

const judgeToken = async (
  context: Context,
  config: AccountConfig,
  token: string,
): Promise<Story> => {
  const untold = (reason: string): Story => ({ reason, claims: null, traces: [] })
  const jwt = readCompactJwt(token)
  if (!jwt.ok) return untold(jwt.error)
  const court = { now: nowSeconds(context), presets: context.presets }
  const bench = seatBench(config, unverifiedIssuer(jwt.value), court)
  if (!bench.ok) return untold(bench.error)
  const verified = await verifySubjectToken(jwt.value, bench.value.issuer, context.keySets)
  if (!verified.ok) return untold(verified.error)
  return judge({ context, config }, bench.value, verified.value.claims)
}

const judgeSample = (context: Context, config: AccountConfig, sample: JsonObject): Story => {
  const now = nowSeconds(context)
  const issuer = member(sample, 'iss')
  const first = config.policies.find((policy) => issuer === undefined || policy.issuer === issuer)
  const claims = complete(sample, first, now)
  const court = { now, presets: context.presets }
  const bench = seatBench(config, String(member(claims, 'iss')), court)
  if (!bench.ok) return { reason: bench.error, claims, traces: [] }
  return judge({ context, config }, bench.value, claims)
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
  const read = 'trust-policies:read'
  const refused = refuseChange(actor, { path, read, write: read })
  if (refused) return err(refused)
  const { config: saved } = await freshConfig(context.db, account.clientId, null)
  const config = draft === null ? saved : { ...saved, policies: [asSaved(draft)] }
  const story =
    evidence.kind === 'token'
      ? await judgeToken(context, config, evidence.token)
      : judgeSample(context, config, evidence.claims)
  return ok(tell(context, story, account))
}

const tell = (context: Context, story: Story, account: AccountRecord | null): Decision => ({
  id: null,
  at: context.nowMs,
  outcome: story.reason === null ? 'would_issue' : 'would_refuse',
  reason: story.reason,
  grantType: exchange,
  serviceAccountId: account?.id ?? null,
  clientId: account?.clientId ?? null,
  namespacePath: account?.namespacePath ?? null,
  claims: story.claims,
  audience: story.audience ?? null,
  scope: story.scope ?? [],
  tokenJti: null,
  tokenExpiresAt: null,
  policy: story.policy ?? null,
  policies: story.traces,
  omitted: 0,
})

// The issuer says which preset judges; one that is not registered yet is known by its URL.
const presetOf = async (context: Context, places: readonly string[], url: string) => {
  for (const place of places) {
    const issuer = await findVisibleIssuer(context.db, place, url)
    if (issuer?.preset != null) return context.presets.get(issuer.preset) ?? null
  }
  return [...context.presets.values()].find(({ issuer }) => issuer === url) ?? null
}

/** Answers whether a draft accepts claims, with every clause; the signature is assumed. */
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
  const completed = complete(claims, draft, nowSeconds(context))
  const trace = evaluatePolicy(asSaved(draft), { claims: completed, times: [] }, preset)
  const reason = trace.satisfied ? null : 'no_policy_matched'
  return ok(tell(context, { reason, claims: completed, traces: [trace] }, null))
}
