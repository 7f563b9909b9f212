import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig, AccountPolicy, Issuer } from '../core/account-config.ts'
import type { UnverifiedJwt } from '../core/compact-jwt.ts'
import { type SubjectFault, subjectRefused } from '../core/denial.ts'
import { member } from '../core/json.ts'
import type { Preset } from '../core/preset.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { ServiceAccount } from '../core/service-account.ts'
import type { ReplayMode } from '../core/trust-policy.ts'
import { digest } from '../crypto/digest.ts'
import { type Refused, refusal } from './grant.ts'

/** The part of a configuration that may judge a token of one issuer. */
export interface Bench {
  readonly account: ServiceAccount
  readonly issuer: Issuer
  readonly preset: Preset | null
  /** Enabled and unexpired, oldest first; at least one. */
  readonly policies: readonly AccountPolicy[]
}

/** A refusal before the signature had verified: nothing is stored of it. */
export const refuse = (fault: SubjectFault): Result<never, Refused> =>
  err(refusal(subjectRefused(fault)))

/** Who may judge a token of this issuer: nobody, unless an admin said so. No key is touched yet. */
export const seatBench = (
  context: Context,
  config: AccountConfig,
  url: string | undefined,
): Result<Bench, Refused> => {
  const { account } = config
  if (account === null) return refuse('unknown_account')
  if (!account.enabled) return refuse('disabled')
  if (!config.namespaceEnabled) return refuse('suspended')
  const issuer = config.issuers.find((candidate) => candidate.issuer === url && candidate.enabled)
  if (issuer === undefined) return refuse('unknown_issuer')
  const now = nowSeconds(context)
  const policies = config.policies.filter(
    (policy) =>
      policy.enabled &&
      policy.issuer === issuer.issuer &&
      (policy.expiresAt === null || policy.expiresAt > now),
  )
  if (policies.length === 0) return refuse('no_policy')
  const preset = issuer.preset === null ? null : context.presets.get(issuer.preset)
  // A preset that this code does not know may carry gates that it would not judge (AC-386).
  if (preset === undefined) return refuse('unknown_issuer')
  return ok({ account, issuer, preset, policies })
}

/** How often a token may be exchanged: the policy says, else the issuer, else its preset. */
export const replayMode = (policy: AccountPolicy, { issuer, preset }: Bench): ReplayMode =>
  policy.replay ?? issuer.replay ?? preset?.replay ?? 'single_use'

/** What names a token for ever (R20): its `jti`, else its signed part, which no respelling touches. */
export const identify = async (jwt: UnverifiedJwt, bench: Bench): Promise<string> => {
  const jti = member(jwt.unverifiedClaims, 'jti')
  const handle = typeof jti === 'string' ? ['jti', jti] : ['part', await digest(jwt.signedPart)]
  return digest('subject_token', bench.account.tenantId, bench.issuer.issuer, ...handle)
}
