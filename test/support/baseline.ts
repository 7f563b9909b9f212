import { randomUUID } from 'node:crypto'
import { gitlabClaims as gitlabShape } from '../../scripts/fake-ci/claims.ts'
import type { Claims } from './issuer.ts'
import { settings } from './settings.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
export const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** A way to present an outside token, and the code with which it is refused there. */
export interface Door {
  readonly name: string
  readonly refusedAs: 'invalid_request' | 'invalid_grant'
  form(token: string): Record<string, string>
}

/** The two doors at which an outside token is the grant itself. */
export const DOORS: readonly [Door, Door] = [
  {
    name: 'token exchange',
    refusedAs: 'invalid_request',
    form: (token) => ({
      grant_type: TOKEN_EXCHANGE,
      subject_token: token,
      subject_token_type: JWT_TYPE,
    }),
  },
  {
    name: 'JWT bearer',
    refusedAs: 'invalid_grant',
    form: (token) => ({ grant_type: JWT_BEARER, assertion: token }),
  },
]

/** The clock, in seconds. */
export function now(): number {
  return Math.floor(Date.now() / 1000)
}

/** The claims of BT: a push to acme/app's main branch. An undefined override removes a claim. */
export function githubClaims(issuer: string, overrides: Claims = {}): Claims {
  const at = now()
  return {
    iss: issuer,
    aud: settings.issuerUrl,
    sub: 'repo:acme/app:ref:refs/heads/main',
    repository: 'acme/app',
    repository_id: '1001',
    repository_owner: 'acme',
    repository_owner_id: '501',
    ref: 'refs/heads/main',
    event_name: 'push',
    iat: at,
    nbf: at,
    exp: at + 300,
    jti: randomUUID(),
    ...overrides,
  }
}

/** The claims of a GitLab job on main. An undefined override removes a claim. */
export function gitlabClaims(issuer: string, overrides: Claims = {}): Claims {
  return { ...gitlabShape(issuer, now()), aud: settings.issuerUrl, ...overrides }
}

/** P0 as the admin API takes it: this repository's branches, as often as the job likes. */
export function policyP0(issuer: string, overrides: Claims = {}): Claims {
  return {
    name: 'P0',
    issuer,
    audience: settings.issuerUrl,
    bound_claims: {
      repository_id: '1001',
      repository_owner_id: '501',
      sub: { glob: 'repo:acme/app:ref:refs/heads/*' },
    },
    replay: 'reusable',
    ...overrides,
  }
}
