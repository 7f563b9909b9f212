import { type Context, nowSeconds } from '../context.ts'
import { boundedMemory } from '../core/bounded-memory.ts'
import { feedClaims } from '../core/revocation.ts'
import { digest } from '../crypto/digest.ts'
import { signJwt } from '../crypto/sign.ts'
import { openSigner } from '../crypto/signing-keys.ts'
import { readMarks } from '../store/revoking/revocation-feed.ts'

/** What an API polls to learn which living tokens are dead. */
export interface RevocationFeed {
  readonly jwt: string
  /** The same for the same marks within a minute. */
  readonly version: string
}

// Signing is what a feed costs, and anybody may ask: the same document is signed once. A version is a
// digest of all that is signed, so nothing that is remembered can be out of date.
const signed = boundedMemory<string>({ weight: 4 * 1024 * 1024, weightEach: 512 * 1024 })

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
  const version = await digest(signer.kid, JSON.stringify(claims))
  const known = signed.get(version)
  if (known !== undefined) return { jwt: known, version }
  const jwt = await signJwt(signer, 'revocations+jwt', claims)
  signed.keep(version, jwt, jwt.length)
  return { jwt, version }
}
