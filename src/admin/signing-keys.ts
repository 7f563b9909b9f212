import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { rootPath } from '../core/namespace.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { mayActivate, type SigningAlgorithm, type SigningKey } from '../core/signing-key.ts'
import { generateSigningKey } from '../crypto/signing-keys.ts'
import { forgetPublicKey } from '../store/exchange/public-keys.ts'
import {
  activateSigningKey,
  publishSigningKey,
  revokeSigningKey,
  wasRevoked,
} from '../store/key-rotation.ts'
import { listSigningKeys } from '../store/signing-keys.ts'
import { refuseUnless } from './actor.ts'
import { changedMeanwhile } from './visible.ts'

export { type SigningKey, signingAlgorithms } from '../core/signing-key.ts'

const refuseWriting = (actor: Actor) => refuseUnless(actor, 'signing-keys:write', rootPath)

/** Lists our signing keys, newest first, without their private halves. */
export const list = async (
  context: Context,
  actor: Actor,
): Promise<Result<readonly SigningKey[], Problem>> => {
  const refused = refuseUnless(actor, 'signing-keys:read', rootPath)
  return refused ? err(refused) : ok(await listSigningKeys(context.db))
}

const pending = ({ algorithm }: SigningKey): Problem =>
  problem(
    'rotation-pending',
    `the next key is published already, for ${algorithm}: rotate without algorithm to use it, or revoke it`,
  )

const stateOf = async ({ db }: Context, wanted: (key: SigningKey) => boolean) =>
  (await listSigningKeys(db)).find(wanted)

const isNext = ({ state }: SigningKey): boolean => state === 'published'
const isActive = ({ state }: SigningKey): boolean => state === 'active'

const make = ({ config }: Context, algorithm = config.signingAlgorithm) =>
  generateSigningKey(algorithm, config.keyEncryptionKeys)

// Whoever loses a race answers with what the winner made.
const publish = async (context: Context, actor: Actor, algorithm?: SigningAlgorithm) => {
  const key = await make(context, algorithm)
  const outcome = await publishSigningKey(context.db, key, context.nowMs)
  if (outcome.kind === 'done')
    note(context, actor, { event: 'signing_key_published', kid: key.kid })
  return stateOf(context, isNext)
}

const activate = async (context: Context, actor: Actor, { kid }: SigningKey) => {
  const outcome = await activateSigningKey(context.db, kid, context.nowMs)
  if (outcome.kind === 'done') note(context, actor, { event: 'signing_key_activated', kid })
  return stateOf(context, (key) => key.kid === kid)
}

const note = (
  { log }: Context,
  { account }: Actor,
  { event, kid }: { readonly event: string; readonly kid: string },
): void => log({ event, kid, service_account_id: account.id })

/**
 * Takes the next step of a rotation: publishes a key, or lets the published one sign once it is old
 * enough. Until then nothing changes. However many ask at once, one key is made.
 */
export const rotate = async (
  context: Context,
  actor: Actor,
  algorithm: SigningAlgorithm | undefined,
): Promise<Result<SigningKey, Problem>> => {
  const refused = refuseWriting(actor)
  if (refused) return err(refused)
  const known = await stateOf(context, isNext)
  const next = known ?? (await publish(context, actor, algorithm))
  if (next === undefined) return err(changedMeanwhile)
  if (algorithm !== undefined && algorithm !== next.algorithm) return err(pending(next))
  if (known === undefined || !mayActivate(next, context.nowMs)) return ok(next)
  const activated = await activate(context, actor, next)
  return activated ? ok(activated) : err(changedMeanwhile)
}

// Between being read and being changed a key can only move on: published, active, retired, gone.
const maxReadings = 4

const takeOut = async (context: Context, actor: Actor, kid: string): Promise<Problem | null> => {
  const { db, nowMs } = context
  for (let reading = 0; reading < maxReadings; reading++) {
    const key = await stateOf(context, (each) => each.kid === kid)
    if (key === undefined) return (await wasRevoked(db, kid)) ? null : notFound
    // Verifiers pin the algorithm: an emergency is not the moment to change it.
    const spare = isActive(key) ? await make(context, key.algorithm) : null
    const outcome = await revokeSigningKey(db, key, { nowMs, spare })
    if (outcome.kind !== 'done') continue
    forgetPublicKey(kid)
    note(context, actor, { event: 'signing_key_revoked', kid })
    return null
  }
  return changedMeanwhile
}

/**
 * Revokes a key that others may have: it leaves the key set at once, and what it signed, the caller's
 * own token included, is refused. Answers with the key that signs now.
 */
export const revoke = async (
  context: Context,
  actor: Actor,
  kid: string,
): Promise<Result<SigningKey | null, Problem>> => {
  const refused = refuseWriting(actor) ?? (await takeOut(context, actor, kid))
  return refused ? err(refused) : ok((await stateOf(context, isActive)) ?? null)
}
