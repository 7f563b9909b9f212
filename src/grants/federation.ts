import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { checkClaimSet, type TimesJudged } from '../core/claim-set.ts'
import { readCompactJwt, unverifiedIssuer } from '../core/compact-jwt.ts'
import { type Denial, subjectRefused } from '../core/denial.ts'
import { earnedDetail } from '../core/earned-detail.ts'
import { evaluate } from '../core/evaluate.ts'
import { type JsonObject, member } from '../core/json.ts'
import { maxSubjectTokenSeconds } from '../core/lifetime.ts'
import { provenanceOf } from '../core/provenance.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { GrantType } from '../core/service-account.ts'
import { chooseTarget, grantScope, holdingsOf } from '../core/target.ts'
import { type SignatureFault, type VerifiedClaims, verifySubjectToken } from '../crypto/verify.ts'
import { type Bench, identify, refuse, replayMode, seatBench } from './bench.ts'
import { askEdge, spentKey } from './edge-memory.ts'
import type { Authorization, Federated, Judge, Refused, TokenRequest } from './grant.ts'

/** An outside token on its way through the rooms. */
interface Presented {
  readonly request: TokenRequest
  readonly token: string
  readonly grantType: GrantType
}

/** A token that some policy accepts, before it is known for which target and scope. */
interface Accepted {
  readonly bench: Bench
  readonly claims: JsonObject
  readonly times: TimesJudged
  readonly traces: Federated['traces']
}

const detailFor = ({ bench, claims, times, traces }: Accepted, spent: boolean): Denial => {
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

const judgeClaims = (
  context: Context,
  bench: Bench,
  { claims }: VerifiedClaims,
): Result<Accepted, Refused> => {
  const checked = checkClaimSet(claims, {
    now: nowSeconds(context),
    maxAgeSeconds: bench.issuer.maxTokenAgeSeconds,
    maxLifetimeSeconds: maxSubjectTokenSeconds,
    iatRequired: true,
  })
  if (!checked.ok) {
    const evidence = { account: bench.account, claims, traces: [] }
    return err({ denial: subjectRefused(checked.error), evidence })
  }
  const times = checked.value
  const traces = evaluate(bench.policies, { claims, times: times.times }, bench.preset)
  const accepted = { bench, claims, times, traces }
  if (traces.some(({ satisfied }) => satisfied)) return ok(accepted)
  const evidence = { account: bench.account, claims, traces }
  return err({ denial: detailFor(accepted, false), evidence })
}

const authorize = async (
  config: AccountConfig,
  accepted: Accepted,
  presented: Presented & { readonly identity: string; readonly seen: ReadonlySet<string> },
): Promise<Result<Authorization, Refused>> => {
  const { bench, claims, traces } = accepted
  const evidence = { account: bench.account, claims, traces }
  const deny = (denial: Denial) => err({ denial, evidence })
  if (!bench.account.grantTypes.includes(presented.grantType)) {
    return deny({ reason: 'unauthorized_client' })
  }
  const target = chooseTarget(config, presented.request.wanted)
  if (!target.ok) return deny({ reason: 'invalid_target' })
  const holdings = holdingsOf(config, target.value)
  const { scope } = presented.request.wanted
  // The oldest satisfied policy that covers the request is chosen, and no other's limits apply.
  const policy = bench.policies.find(
    (candidate, i) =>
      traces[i]?.satisfied === true &&
      (candidate.scope === null ||
        scope === null ||
        scope.every((s) => candidate.scope?.includes(s))),
  )
  const granted = policy && grantScope(holdings, scope, policy.scope)
  if (policy === undefined || !granted?.ok) return deny({ reason: 'invalid_scope' })
  const replay = replayMode(policy, bench)
  const edgeKey = await spentKey(presented.identity, replay, {
    account: bench.account,
    target: target.value,
  })
  const federated: Federated = {
    ...evidence,
    issuer: bench.issuer.issuer,
    subject: String(member(claims, 'sub')),
    provenance: provenanceOf(claims, bench.preset, bench.issuer.issuer),
    policy,
    replay,
    tokenIdentity: presented.identity,
    edgeKey,
    seenAtEdge: edgeKey !== null && presented.seen.has(edgeKey),
    expiresAt: Number(member(claims, 'exp')),
    reused: detailFor(accepted, true),
  }
  return ok({ account: bench.account, target: target.value, granted: granted.value, federated })
}

/**
 * One evaluator for all doors: judges an outside token against the trust policies of the account.
 * Order is security (R1–R16): shape, account and issuer, key, signature, claims, policy, target.
 */
export const judgeOutsideToken = (
  context: Context,
  presented: Presented,
): Result<Judge, Denial> => {
  const shape = readCompactJwt(presented.token)
  if (!shape.ok) return err(subjectRefused(shape.error))
  const jwt = shape.value
  const { wanted } = presented.request
  // The signature is checked once per request, however often the configuration is read (R16).
  let checked: { issuer: string; result: Result<VerifiedClaims, SignatureFault> } | undefined
  return ok(async (config) => {
    const bench = seatBench(context, config, unverifiedIssuer(jwt))
    if (!bench.ok) return bench
    const { issuer } = bench.value
    const identity = await identify(jwt, bench.value)
    const asked = askEdge(context, { jwt, identity, config, bench: bench.value, wanted })
    const version = `${issuer.id}:${issuer.version}`
    if (checked?.issuer !== version) {
      const result = await verifySubjectToken(jwt, issuer, context.keySets)
      checked = { issuer: version, result }
    }
    if (!checked.result.ok) return refuse(checked.result.error)
    const accepted = judgeClaims(context, bench.value, checked.result.value)
    if (!accepted.ok) return accepted
    return authorize(config, accepted.value, { ...presented, identity, seen: await asked })
  })
}
