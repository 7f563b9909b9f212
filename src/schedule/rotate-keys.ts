import type { Context } from '../context.ts'
import { isOld, mayActivate } from '../core/signing-key.ts'
import { generateSigningKey } from '../crypto/signing-keys.ts'
import { newestMark } from '../crypto/wrapping.ts'
import { activateSigningKey, deleteRetiredKeys, publishSigningKey } from '../store/key-rotation.ts'
import { type KeptSigningKey, listSigningKeys } from '../store/signing-keys.ts'
import type { Duty } from './duty.ts'

// A key that an older key-encryption key wraps is replaced as well: then that one can be retired.
const isDue = ({ config, nowMs }: Context, key: KeptSigningKey): boolean =>
  isOld(key, { nowMs, days: config.signingKeyDays }) ||
  !key.wrappedKey.startsWith(newestMark(config.keyEncryptionKeys))

const publishNext = async ({ db, config, nowMs }: Context): Promise<string | null> => {
  const key = await generateSigningKey(config.signingAlgorithm, config.keyEncryptionKeys)
  const outcome = await publishSigningKey(db, key, nowMs)
  return outcome.kind === 'done' ? 'published' : null
}

const activateNext = async ({ db, nowMs }: Context, kid: string): Promise<string | null> => {
  const outcome = await activateSigningKey(db, kid, nowMs)
  return outcome.kind === 'done' ? 'activated' : null
}

/** The next step of a rotation, if one is due; whoever lost a race finds it done. */
const step = async (context: Context): Promise<string | null> => {
  const keys = await listSigningKeys(context.db)
  const next = keys.find(({ state }) => state === 'published')
  if (next !== undefined) {
    return mayActivate(next, context.nowMs) ? activateNext(context, next.kid) : null
  }
  const active = keys.find(({ state }) => state === 'active')
  return active !== undefined && isDue(context, active) ? publishNext(context) : null
}

/**
 * Replaces the signing key when it is old: one run publishes the next, a later one lets it sign. Deletes
 * keys whose last tokens are dead. A rotation that somebody began by hand is carried on.
 */
export const rotateKeys: Duty = {
  name: 'rotate_keys',
  run: async (context) => {
    const done = await step(context)
    const deleted = await deleteRetiredKeys(context.db, context.nowMs)
    return { ...(done !== null && { [done]: 1 }), ...(deleted > 0 && { deleted }) }
  },
}
