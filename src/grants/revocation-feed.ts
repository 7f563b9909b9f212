import { type Context, nowSeconds } from '../context.ts'
import { feedClaims } from '../core/revocation.ts'
import { digest } from '../crypto/digest.ts'
import { signJwt } from '../crypto/sign.ts'
import { openSigner } from '../crypto/signing-keys.ts'
import { readMarks } from '../store/revocation-feed.ts'

/** What an API polls to learn which living tokens are dead. */
export interface RevocationFeed {
  readonly jwt: string
  /** The same for the same marks within a minute; the signature differs each time. */
  readonly version: string
}

/**
 * The revocation feed of an audience. One that nobody knows gets one as well, without marks: whether
 * an API exists is nobody's business.
 */
export const revocationFeed = async (
  context: Context,
  audience: string,
): Promise<RevocationFeed> => {
  const { db, config } = context
  const now = nowSeconds(context)
  const { marks, signingKey } = await readMarks(db, audience, now)
  const signer = await openSigner(signingKey, config.keyEncryptionKeys)
  const claims = feedClaims(marks, { issuer: config.issuerUrl, audience, now })
  return {
    jwt: await signJwt(signer, 'revocations+jwt', claims),
    version: await digest(signer.kid, JSON.stringify(claims)),
  }
}
