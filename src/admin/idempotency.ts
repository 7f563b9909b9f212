import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { Unavailable, UnknownFate } from '../core/unavailable.ts'
import { digest } from '../crypto/digest.ts'
import { claimKey, type KeyStanding, releaseKey, settleKey } from '../store/idempotency-keys.ts'

/** A creation under an `Idempotency-Key`. */
export interface KeyedCall {
  readonly key: string
  readonly method: string
  readonly path: string
  /** As it was parsed: spelling it otherwise does not make it another. */
  readonly body: unknown
}

/** What a creation came to, as far as its key is concerned. */
export interface Made {
  /** Path of what was made; undefined where nothing was that can be read again. */
  readonly location?: string
  readonly secret?: boolean
}

/** What was made before under the same key, to be read again by who may. */
export interface Remade {
  readonly madeBefore: string
  /** Its answer showed a secret, which nobody is shown again: `alreadyShown`. */
  readonly secret: boolean
}

const malformed = problem(
  'validation-failed',
  'Idempotency-Key must be 1 to 255 visible ASCII characters',
)
const mismatch = problem(
  'idempotency-mismatch',
  'the first request under this Idempotency-Key had another body; send that, or use a new key',
)
const pending = problem(
  'idempotency-pending',
  'the first request under this Idempotency-Key is under way, or was cut off: look whether the object is there before you use a new key',
)

/**
 * Says that a secret was shown under this key. The id is for who may read the object now: the key is
 * the account's, and another token of it may see less.
 */
export const alreadyShown = ({ madeBefore }: Remade, readable: boolean): Problem => {
  const id = madeBefore.slice(madeBefore.lastIndexOf('/') + 1)
  const what = readable ? id : 'an object'
  const detail = `${what} was made under this Idempotency-Key; its secret was shown then and is not kept`
  return { ...problem('idempotency-replay', detail), ...(readable && { id }) }
}

const replay = (standing: KeyStanding, bodyDigest: string): Result<Remade, Problem> => {
  if (standing.bodyDigest !== bodyDigest) return err(mismatch)
  const { location, secret } = standing
  if (location === null) return err(pending)
  return ok({ madeBefore: location, secret })
}

// The object is there and its answer must leave: it may carry a secret that nobody can show again.
const settle = async ({ db, log }: Context, id: string, { location, secret = false }: Made) => {
  try {
    if (location === undefined) await releaseKey(db, id)
    else await settleKey(db, id, { location, secret })
  } catch (thrown) {
    if (!(thrown instanceof Unavailable)) throw thrown
    log({ event: 'idempotency_key_unsettled', location, detail: thrown.message })
  }
}

const runUnder = async <T extends Made>(
  context: Context,
  id: string,
  run: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> => {
  try {
    const made = await run()
    await settle(context, id, made.ok ? made.value : {})
    return made
  } catch (thrown) {
    // An outage before anything was changed must not stand in the way of another try.
    const nothingMade = thrown instanceof Unavailable && !(thrown instanceof UnknownFate)
    if (nothingMade) context.defer(releaseKey(context.db, id))
    throw thrown
  }
}

/**
 * Runs a creation at most once per actor, route and key (R42). The second time answers where what was
 * made the first time is, or a problem where that had another body, or is of unknown fate.
 */
export const createOnce = async <T extends Made>(
  context: Context,
  actor: Actor,
  { call, run }: { readonly call: KeyedCall; readonly run: () => Promise<Result<T, Problem>> },
): Promise<Result<T | Remade, Problem>> => {
  const { key, method, path, body } = call
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) return err(malformed)
  const id = await digest('idempotency', actor.account.id, method, path, key)
  const bodyDigest = await digest('idempotency_body', JSON.stringify(body) ?? '')
  const standing = await claimKey(context.db, { id, bodyDigest, nowMs: context.nowMs })
  if (standing !== null) return replay(standing, bodyDigest)
  const work = runUnder(context, id, run)
  // A caller who hangs up may come back with the same key: what was begun is brought to its end.
  context.defer(work.catch(() => undefined))
  return work
}
