import type { Context } from '../context.ts'
import type { Json } from '../core/json.ts'
import { Unavailable } from '../core/unavailable.ts'
import { readPublicKeys } from '../store/signing-keys.ts'

// What the isolate saw last: with the database away, tokens of ours can still be verified.
let lastSeen: readonly Json[] | undefined

/** The public halves of our keys, newest first; from memory while the database is out of reach. */
export const publishedKeys = async (context: Context): Promise<readonly Json[]> => {
  try {
    lastSeen = await readPublicKeys(context.db)
    return lastSeen
  } catch (thrown) {
    if (thrown instanceof Unavailable && lastSeen !== undefined) return lastSeen
    throw thrown
  }
}
