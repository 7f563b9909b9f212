import { CompactSign } from 'jose'
import type { JsonObject } from '../core/json.ts'
import type { Signer } from './signing-keys.ts'

const utf8 = new TextEncoder()

/** Signs claims as a JWT of ours: header `alg`, `kid`, and the `typ` that tells its kind. */
export const signJwt = (signer: Signer, typ: string, claims: JsonObject): Promise<string> =>
  new CompactSign(utf8.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.kid, typ })
    .sign(signer.key)

/** Signs an access token (RFC 9068). */
export const signAccessToken = (signer: Signer, claims: JsonObject): Promise<string> =>
  signJwt(signer, 'at+jwt', claims)
