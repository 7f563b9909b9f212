import { readCompactJwt, type UnverifiedJwt, unverifiedIssuer } from './compact-jwt.ts'
import { member } from './json.ts'

/** A client assertion (RFC 7523 §2.2) as it came: nothing of it is proven. */
export type ClientAssertion =
  /** Signed with a key that the account registered; `iss` and `sub` name the client. */
  | {
      readonly kind: 'key_assertion'
      readonly jwt: UnverifiedJwt
      /** `sub`, when it is a text and `iss` says the same. */
      readonly unverifiedClient: string | null
    }
  /** A token of a CI platform, which the account's trust policies judge. */
  | { readonly kind: 'federated_assertion'; readonly token: string }

const loopbackHosts = ['127.0.0.1', 'localhost']

const isIssuerUrl = (text: string, loopback: boolean): boolean => {
  const url = URL.parse(text)
  if (url?.protocol === 'https:') return true
  return loopback && url?.protocol === 'http:' && loopbackHosts.includes(url.hostname)
}

/**
 * Tells which kind of client assertion a text is; undefined when it is no JWT. Clients of ours have
 * no URL for a name, so an `iss` that is one says that a platform signed it.
 */
export const readClientAssertion = (
  text: string,
  { loopback }: { readonly loopback: boolean },
): ClientAssertion | undefined => {
  const jwt = readCompactJwt(text)
  if (!jwt.ok) return undefined
  const issuer = unverifiedIssuer(jwt.value)
  if (issuer !== undefined && isIssuerUrl(issuer, loopback)) {
    return { kind: 'federated_assertion', token: text }
  }
  const subject = member(jwt.value.unverifiedClaims, 'sub')
  const agree = typeof subject === 'string' && subject === issuer
  return { kind: 'key_assertion', jwt: jwt.value, unverifiedClient: agree ? subject : null }
}
