import type { AccountConfig, AccountPolicy, Issuer } from './account-config.ts'
import { type ClaimFault, checkClaimSet, type TimesJudged } from './claim-set.ts'
import { type Denial, type SubjectFault, subjectRefused } from './denial.ts'
import { earnedDetail } from './earned-detail.ts'
import { evaluate } from './evaluate.ts'
import type { JsonObject } from './json.ts'
import { maxSubjectTokenSeconds } from './lifetime.ts'
import type { Preset } from './preset.ts'
import { err, ok, type Result } from './result.ts'
import type { ServiceAccount } from './service-account.ts'
import { chooseTarget, grantScope, type Holdings, holdingsOf, type Wanted } from './target.ts'
import type { Trace } from './trace.ts'
import type { ReplayMode } from './trust-policy.ts'

/** The part of a configuration that may judge a token of one issuer. */
export interface Bench {
  readonly account: ServiceAccount
  readonly issuer: Issuer
  readonly preset: Preset | null
  /** Enabled and unexpired, oldest first; at least one. */
  readonly policies: readonly AccountPolicy[]
}

/** What stands around a judgement; `now` in epoch seconds. */
export interface Court {
  readonly now: number
  readonly presets: ReadonlyMap<string, Preset>
}

/** The account that may have tokens at all, now. */
export const liveAccount = ({
  account,
  namespaceEnabled,
}: Pick<AccountConfig, 'account' | 'namespaceEnabled'>): Result<ServiceAccount, SubjectFault> => {
  if (account === null) return err('unknown_account')
  if (!account.enabled) return err('disabled')
  return namespaceEnabled ? ok(account) : err('suspended')
}

/**
 * Who may judge a token of an issuer: nobody, unless an admin said so. No key is touched yet, so
 * none is ever fetched for an issuer that no policy names (R8).
 */
export const seatBench = (
  config: AccountConfig,
  url: string | undefined,
  { now, presets }: Court,
): Result<Bench, SubjectFault> => {
  const account = liveAccount(config)
  if (!account.ok) return account
  const issuer = config.issuers.find((candidate) => candidate.issuer === url && candidate.enabled)
  if (issuer === undefined) return err('unknown_issuer')
  const preset = issuer.preset === null ? null : presets.get(issuer.preset)
  // A preset that this code does not know may carry gates that it would not judge (AC-386).
  if (preset === undefined) return err('unknown_issuer')
  const policies = config.policies.filter(
    (policy) =>
      policy.enabled &&
      policy.issuer === issuer.issuer &&
      (policy.expiresAt === null || policy.expiresAt > now),
  )
  if (policies.length === 0) return err('no_policy')
  return ok({ account: account.value, issuer, preset, policies })
}

/** How often a token may be exchanged: the policy says, else the issuer, else its preset. */
export const replayMode = (policy: AccountPolicy, { issuer, preset }: Bench): ReplayMode =>
  policy.replay ?? issuer.replay ?? preset?.replay ?? 'single_use'

/** Verified claims and what every policy made of them. */
export interface Judged {
  readonly bench: Bench
  readonly claims: JsonObject
  readonly times: TimesJudged
  /** In the order of the policies. */
  readonly traces: readonly Trace[]
}

/** Judges claims whose signature was verified, by every policy of the bench (R5–R16). */
export const judgeClaims = (
  bench: Bench,
  claims: JsonObject,
  now: number,
): Result<Judged, ClaimFault> => {
  const checked = checkClaimSet(claims, {
    now,
    maxAgeSeconds: bench.issuer.maxTokenAgeSeconds,
    maxLifetimeSeconds: maxSubjectTokenSeconds,
    iatRequired: true,
  })
  if (!checked.ok) return checked
  const times = checked.value
  const traces = evaluate(bench.policies, { claims, times: times.times }, bench.preset)
  return ok({ bench, claims, times, traces })
}

/** The refusal of judged claims, with the detail that their caller has earned. */
export const refuseJudged = ({ bench, claims, times, traces }: Judged, spent: boolean): Denial => {
  const earned = earnedDetail({
    policies: bench.policies,
    traces,
    preset: bench.preset,
    claims,
    timeReason: times.timeReason,
    spent,
  })
  return subjectRefused(spent ? 'reused' : 'no_policy_matched', earned)
}

/** What a satisfied policy gives: for which API, and which part of the holdings. */
export interface Verdicts {
  readonly policy: AccountPolicy
  readonly target: AccountConfig['resourceServers'][number]
  readonly granted: Holdings
}

const covers = (policy: AccountPolicy, scope: readonly string[] | null): boolean =>
  policy.scope === null || scope === null || scope.every((name) => policy.scope?.includes(name))

/**
 * Decides target and scope once a policy is satisfied; before that, nothing of either is said. The
 * oldest satisfied policy that covers the requested scope is chosen, and no other's limits apply.
 */
export const grantJudged = (
  config: AccountConfig,
  { bench, traces }: Judged,
  asked: { readonly wanted: Wanted; readonly grantType: string },
): Result<Verdicts, Denial> => {
  if (!bench.account.grantTypes.includes(asked.grantType)) {
    return err({ reason: 'unauthorized_client' })
  }
  const target = chooseTarget(config, asked.wanted)
  if (!target.ok) return err({ reason: 'invalid_target' })
  const { scope } = asked.wanted
  const policy = bench.policies.find(
    (candidate, i) => traces[i]?.satisfied === true && covers(candidate, scope),
  )
  const granted = policy && grantScope(holdingsOf(config, target.value), scope, policy.scope)
  if (policy === undefined || !granted?.ok) return err({ reason: 'invalid_scope' })
  return ok({ policy, target: target.value, granted: granted.value })
}
