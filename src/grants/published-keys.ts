import type { Context } from '../context.ts'
import type { Json } from '../core/json.ts'
import { Unavailable } from '../core/unavailable.ts'
import { lastPublicKeys, readPublicKeys } from '../store/exchange/public-keys.ts'

/** The public halves of our keys, newest first; from memory while the database is out of reach. */
export const publishedKeys = async (context: Context): Promise<readonly Json[]> => {
  try {
    return await readPublicKeys(context.db)
  } catch (thrown) {
    const known = lastPublicKeys()
    if (thrown instanceof Unavailable && known !== undefined) return known
    throw thrown
  }
}
