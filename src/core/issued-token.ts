import { readCompactJwt } from './compact-jwt.ts'
import { member } from './json.ts'

/** What an access token of ours says that decides whether it is still good. Nothing is proven yet. */
export interface UnverifiedIssued {
  readonly kid: string
  readonly jti: string
  readonly accountId: string
  readonly audience: string
  /** Null where no policy let it in. */
  readonly policyId: string | null
  /** Epoch seconds. */
  readonly issuedAt: number
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Reads a token as one of ours without believing it; undefined when it cannot be one. */
export const readIssuedToken = (text: string): UnverifiedIssued | undefined => {
  const jwt = readCompactJwt(text)
  if (!jwt.ok) return undefined
  const { header, unverifiedClaims: claims } = jwt.value
  const kid = member(header, 'kid')
  const [jti, accountId, audience] = ['jti', 'sub', 'aud'].map((name) => member(claims, name))
  const issuedAt = member(claims, 'iat')
  const policy = member(claims, 'policy')
  if (!isText(kid) || !isText(jti) || !isText(accountId) || !isText(audience)) return undefined
  if (typeof issuedAt !== 'number') return undefined
  const policyId = isText(policy) ? (policy.split('@')[0] ?? null) : null
  return { kid, jti, accountId, audience, policyId, issuedAt }
}
