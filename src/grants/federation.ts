import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { readCompactJwt, type UnverifiedJwt, unverifiedIssuer } from '../core/compact-jwt.ts'
import { type Denial, subjectRefused } from '../core/denial.ts'
import { type JsonObject, member } from '../core/json.ts'
import {
  type Bench,
  grantJudged,
  type Judged,
  judgeClaims,
  refuseJudged,
  replayMode,
  seatBench,
} from '../core/judgement.ts'
import type { SignatureFault } from '../core/jws-header.ts'
import { provenanceOf } from '../core/provenance.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Trace } from '../core/trace.ts'
import { digest } from '../crypto/digest.ts'
import { type VerifiedClaims, verifySubjectToken } from '../crypto/verify.ts'
import { askEdge, spentKey } from './edge-memory.ts'
import {
  type Authorization,
  type Federated,
  type Judge,
  type Presented,
  type Refused,
  unprovenToken,
} from './grant.ts'

/** What names the token, and which of its uses the edge remembers. */
interface Memory {
  readonly identity: string
  readonly seen: ReadonlySet<string>
}

/** What names a token for ever (R20): its `jti`, else its signed part, which no respelling touches. */
const identify = async (jwt: UnverifiedJwt, bench: Bench): Promise<string> => {
  const jti = member(jwt.unverifiedClaims, 'jti')
  const handle = typeof jti === 'string' ? ['jti', jti] : ['part', await digest(jwt.signedPart)]
  return digest('subject_token', bench.account.tenantId, bench.issuer.issuer, ...handle)
}

const evidenceOf = (
  { account, issuer: { issuer }, preset }: Bench,
  claims: JsonObject,
  traces: readonly Trace[],
) => ({
  account,
  claims,
  traces,
  origin: { issuer, provenance: provenanceOf(claims, preset, issuer) },
})

const judgeVerified = (
  context: Context,
  bench: Bench,
  { claims }: VerifiedClaims,
): Result<Judged, Refused> => {
  const judged = judgeClaims(bench, claims, nowSeconds(context))
  if (!judged.ok) {
    const evidence = evidenceOf(bench, claims, [])
    return err({ denial: subjectRefused(judged.error), evidence })
  }
  const { traces } = judged.value
  if (traces.some(({ satisfied }) => satisfied)) return judged
  const evidence = evidenceOf(bench, claims, traces)
  return err({ denial: refuseJudged(judged.value, false), evidence })
}

const authorize = async (
  config: AccountConfig,
  judged: Judged,
  { request, grantType, identity, seen }: Presented & Memory,
): Promise<Result<Authorization, Refused>> => {
  const { bench, claims, traces } = judged
  const { account } = bench
  const evidence = evidenceOf(bench, claims, traces)
  const verdicts = grantJudged(config, judged, { wanted: request.wanted, grantType })
  if (!verdicts.ok) return err({ denial: verdicts.error, evidence })
  const { policy, target, granted } = verdicts.value
  const replay = replayMode(policy, bench)
  const edgeKey = await spentKey(identity, replay, { account, target })
  const federated: Federated = {
    ...evidence,
    subject: String(member(claims, 'sub')),
    policy,
    replay,
    tokenIdentity: identity,
    edgeKey,
    seenAtEdge: edgeKey !== null && seen.has(edgeKey),
    expiresAt: Number(member(claims, 'exp')),
    reused: () => refuseJudged(judged, true),
  }
  return ok({ account, target, granted, federated, namedToken: null })
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
  const court = { now: nowSeconds(context), presets: context.presets }
  // The signature is checked once per request, however often the configuration is read (R16).
  let checked: { issuer: string; result: Result<VerifiedClaims, SignatureFault> } | undefined
  return ok(async (config) => {
    const bench = seatBench(config, unverifiedIssuer(jwt), court)
    if (!bench.ok) return unprovenToken(bench.error)
    const { issuer } = bench.value
    const identity = await identify(jwt, bench.value)
    const asked = askEdge(context, { jwt, identity, config, bench: bench.value, wanted })
    const version = `${issuer.id}:${issuer.version}`
    if (checked?.issuer !== version) {
      const result = await verifySubjectToken(jwt, issuer, context.keySets)
      checked = { issuer: version, result }
    }
    if (!checked.result.ok) return unprovenToken(checked.result.error)
    const judged = judgeVerified(context, bench.value, checked.result.value)
    if (!judged.ok) return judged
    return authorize(config, judged.value, { ...presented, identity, seen: await asked })
  })
}
