import type { Context } from '../../context.ts'
import type { Author } from '../../core/audit-actor.ts'
import { type Denial, type SubjectFault, subjectRefused } from '../../core/denial.ts'
import { type JsonObject, member } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { isPairingCode } from '../../core/secret-text.ts'
import { digest } from '../../crypto/digest.ts'
import { hashUnderEach } from '../../crypto/secret-hash.ts'
import { inNameOf } from '../../store/db.ts'
import type { PairingCode } from '../../store/pairing/pairing-codes.ts'
import { findWaitingCode, spendCode } from '../../store/pairing/presentation.ts'
import { audiencesAt } from '../policies/policy-draft.ts'
import { type VerifiedToken, verifyAt } from '../policies/suggestions.ts'

/** What a job sends to show who it is. */
export interface Presented {
  readonly code: string
  readonly token: string
  readonly requestId: string
}

// Time enough for a person to look at what is proposed, whenever the job ran.
const keptMs = 3_600_000

const unknown: Result<never, SubjectFault> = err('unknown_pairing_code')

// What is no code of ours is not looked for: whoever guesses costs us no reading.
const findCode = async (context: Context, code: string): Promise<PairingCode | undefined> => {
  if (!isPairingCode(code)) return undefined
  const forms = await hashUnderEach(code, context.config.secretPeppers)
  const hashes = forms.map(({ hash }) => hash)
  return findWaitingCode(context.db, hashes, context.nowMs)
}

// A token that was made for somebody else may have been handed on by them.
const isForUs = (context: Context, path: string, claims: JsonObject): boolean => {
  const sent = member(claims, 'aud')
  const named = Array.isArray(sent) && sent.length === 1 ? sent[0] : sent
  return audiencesAt(context, path).some((audience) => audience === named)
}

const verify = async (
  context: Context,
  { namespacePath: path }: PairingCode,
  token: string,
): Promise<Result<VerifiedToken, SubjectFault>> => {
  const verified = await verifyAt(context, path, token)
  if (!verified.ok) return verified
  const { claims, timeReason } = verified.value
  if (timeReason !== null || !isForUs(context, path, claims)) return err('unfit_to_pair')
  return verified
}

const byCode = (context: Context, { id }: PairingCode, requestId: string): Author => ({
  actor: { type: 'pairing_code', id },
  action: 'pairing-codes.pair',
  requestId,
  source: context.source,
  userAgent: null,
  nowMs: context.nowMs,
})

const pair = async (
  context: Context,
  { code: clear, token, requestId }: Presented,
): Promise<Result<JsonObject, SubjectFault>> => {
  const { db, nowMs } = context
  const code = await findCode(context, clear)
  // Before the token is looked at: without a code, nobody has us fetch an issuer's keys (R36).
  if (code === undefined) return unknown
  const verified = await verify(context, code, token)
  if (!verified.ok) return verified
  const { issuer, claims } = verified.value
  const spent = await spendCode(inNameOf(db, byCode(context, code, requestId)), code, {
    issuer: issuer.issuer,
    claims,
    nowMs,
    keptUntil: Math.max(code.expiresAt, nowMs + keptMs),
  })
  return spent ? ok(claims) : unknown
}

/**
 * Takes what a job shows with a one-time code: its verified claims are kept for whoever made the code,
 * and nothing is issued. A refusal spends nothing, and is the same whatever was wrong (R17); it counts
 * as a failed secret does.
 */
export const present = async (
  context: Context,
  presented: Presented,
): Promise<Result<JsonObject, Denial>> => {
  const paired = await pair(context, presented)
  if (paired.ok) return paired
  const key = await digest('failed_pairing', context.source)
  if (await context.countFailure(key)) return err(subjectRefused(paired.error))
  return err({ reason: 'rate_limited', retryAfterSeconds: 60 })
}
