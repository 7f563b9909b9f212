import { CompactSign } from 'jose'
import type { JsonObject } from '../core/json.ts'
import type { Signer } from './signing-keys.ts'

const utf8 = new TextEncoder()

/** Signs an access token (RFC 9068): header `alg`, `kid`, `typ: at+jwt`. */
export const signAccessToken = (signer: Signer, claims: JsonObject): Promise<string> =>
  new CompactSign(utf8.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.kid, typ: 'at+jwt' })
    .sign(signer.key)
