import type { Context } from '../context.ts'
import { Unavailable } from '../core/unavailable.ts'
import { openSigner } from '../crypto/signing-keys.ts'
import { readReadiness } from '../store/signing-keys.ts'

/** What stands between now and the next token: nothing (and the database's clock), or a check. */
export const signingKeyReadable = async (
  context: Context,
): Promise<{ readonly databaseMs: number } | 'database' | 'signing_key'> => {
  try {
    const { activeKey, databaseMs } = await readReadiness(context.db)
    await openSigner(activeKey, context.config.keyEncryptionKeys)
    return { databaseMs }
  } catch (thrown) {
    if (!(thrown instanceof Unavailable)) throw thrown
    return thrown.dependency === 'signing_key' ? 'signing_key' : 'database'
  }
}
