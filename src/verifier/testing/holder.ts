import { base64url, CompactSign } from 'jose'
import { requestTarget } from '../../core/request-target.ts'
import type { TokenWish } from './claims.ts'
import { makeKey } from './keys.ts'
import type { TestTokens } from './tokens.ts'

/** A caller that holds a key, and a token that is bound to it (RFC 9449). */
export interface KeyHolder {
  readonly token: string
  /** The request as this caller sends it: with its token, and with a proof made for it alone. */
  present(request: Request, changes?: ProofChanges): Promise<Request>
}

/** What is laid over the claims of a proof, right or wrong; undefined takes one away. */
export type ProofChanges = Readonly<Record<string, string | number | undefined>>

const utf8 = new TextEncoder()

const hashOf = async (text: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(text))))

/** Makes a caller with a key of its own; `now` is epoch milliseconds. */
export const keyHolder = async (
  issuer: Pick<TestTokens, 'token'>,
  wish: TokenWish = {},
  now: () => number = Date.now,
): Promise<KeyHolder> => {
  const { kid, jwk, privateKey } = await makeKey()
  const { kid: _kid, alg, use: _use, ...publicJwk } = jwk
  const token = await issuer.token({ ...wish, boundTo: kid })
  const ath = await hashOf(token)
  return {
    token,
    present: async (request, changes = {}) => {
      const claims = {
        jti: crypto.randomUUID(),
        htm: request.method,
        htu: requestTarget(request.url),
        iat: Math.floor(now() / 1000),
        ath,
        ...changes,
      }
      const dpop = await new CompactSign(utf8.encode(JSON.stringify(claims)))
        .setProtectedHeader({ typ: 'dpop+jwt', alg: String(alg), jwk: publicJwk })
        .sign(privateKey)
      const headers = new Headers(request.headers)
      headers.set('authorization', `DPoP ${token}`)
      headers.set('dpop', dpop)
      return new Request(request, { headers })
    },
  }
}
