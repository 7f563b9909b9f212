import type { Context } from '../context.ts'
import { isNamedToken } from '../core/secret-text.ts'
import { hashUnderEach } from '../crypto/secret-hash.ts'
import { findNamedTokenByHash, type NamedToken } from '../store/credentials/named-tokens.ts'

/**
 * Finds a named token by its value, expired ones and those of disabled accounts among them. What has
 * not the shape of one costs no round trip.
 */
export const findNamedToken = async (
  { config, db }: Context,
  text: string,
): Promise<NamedToken | undefined> =>
  isNamedToken(text)
    ? findNamedTokenByHash(db, await hashUnderEach(text, config.secretPeppers))
    : undefined
