import { type Context, nowSeconds } from '../../context.ts'
import type { AccountConfig, AccountPolicy } from '../../core/account-config.ts'
import { readCompactJwt, unverifiedIssuer } from '../../core/compact-jwt.ts'
import type { Decision } from '../../core/decision.ts'
import { denialWord } from '../../core/denial.ts'
import { type JsonObject, member } from '../../core/json.ts'
import { type Bench, grantJudged, judgeClaims, seatBench } from '../../core/judgement.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { verifySubjectToken } from '../../crypto/verify.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const nothingWanted = { resource: null, audience: null, scope: null }

/** A draft as if it were saved. */
export const asSaved = (draft: PolicyDraft): AccountPolicy => ({
  ...draft,
  id: 'draft',
  version: 0,
})

/** Claims as a caller would have them: times that are left out count as good. */
export const complete = (
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

/** What a judgement came to, and how. */
export interface Story {
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

/** Judges a token: its signature is verified, nothing is spent. */
export const judgeToken = async (
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

/** Judges claims by the account's policies; the signature is assumed. */
export const judgeSample = (context: Context, config: AccountConfig, sample: JsonObject): Story => {
  const now = nowSeconds(context)
  const issuer = member(sample, 'iss')
  const first = config.policies.find((policy) => issuer === undefined || policy.issuer === issuer)
  const claims = complete(sample, first, now)
  const court = { now, presets: context.presets }
  const bench = seatBench(config, String(member(claims, 'iss')), court)
  if (!bench.ok) return { reason: bench.error, claims, traces: [] }
  return judge({ context, config }, bench.value, claims)
}

/** A story as the decision that it would become. */
export const tell = (context: Context, story: Story, account: AccountRecord | null): Decision => ({
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
