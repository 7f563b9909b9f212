import { createHash } from 'node:crypto'
import {
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
} from 'jose'
import { type Claims, githubClaims, gitlabClaims, overlay, type Provider } from './claims.ts'

export type Minted = { token: string; claims: Claims }

export type Issuer = {
  url: string
  jwksPath: string
  jwks: { keys: JWK[] }
  mint: (overrides: Claims) => Promise<Minted>
}

const SHAPES = {
  github: { jwksPath: '/.well-known/jwks', claims: githubClaims },
  gitlab: { jwksPath: '/oauth/discovery/keys', claims: gitlabClaims },
} as const

/** Makes an issuer at `url` with a fresh RSA key, shaped like `provider`. */
export async function createIssuer(provider: Provider, url: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const x5t = createHash('sha1').update(kid).digest('base64url')
  const certificate = provider === 'github' ? { x5t } : {}
  const header = { typ: 'JWT', alg: 'RS256', kid, ...certificate }
  const shape = SHAPES[provider]
  return {
    url,
    jwksPath: shape.jwksPath,
    jwks: { keys: [{ ...publicJwk, kid, use: 'sig', alg: 'RS256' }] },
    mint: async (overrides) => {
      const claims = overlay(shape.claims(url, Math.floor(Date.now() / 1000)), overrides)
      return { token: await sign(claims, header, privateKey), claims }
    },
  }
}

/** Describes the issuer the way its discovery document does. */
export function discovery(issuer: Issuer): Record<string, unknown> {
  return {
    issuer: issuer.url,
    jwks_uri: `${issuer.url}${issuer.jwksPath}`,
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
    scopes_supported: ['openid'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['iss', 'aud', 'sub', 'jti', 'iat', 'nbf', 'exp'],
  }
}

function sign(claims: Claims, header: { alg: string }, key: CryptoKey): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  return new CompactSign(payload).setProtectedHeader(header).sign(key)
}
