import type { JsonObject } from '../../core/json.ts'
import { base62, secretChecksum } from '../../core/secret-text.ts'
import type { TokenWish } from './claims.ts'
import { activeKey, type Book } from './endpoints.ts'
import { makeKey, sign, signedWithPublicKey, unsigned } from './keys.ts'

/** Mints one token; nothing wished for means a push to main that may do all. */
export type Mint = (wish?: TokenWish) => Promise<string>

/** Every kind of token that a test needs. */
export interface TestTokens {
  /** A good token. */
  readonly token: Mint
  /** A long-lived named token, which only introspection can tell. */
  readonly named: Mint
  /** Good, but what it may do lacks this. */
  withoutScope(scope: string, wish?: TokenWish): Promise<string>
  /** Was good until an hour ago: longer than any skew. */
  readonly expired: Mint
  /** Will be good in an hour. */
  readonly notYetValid: Mint
  /** Is good at another API. */
  readonly wrongAudience: Mint
  /** Comes from another gateway that publishes the same key. */
  readonly wrongIssuer: Mint
  /** Is signed with the right key, but is no access token: `typ` is `JWT`. */
  readonly wrongType: Mint
  /** Is signed with another key, under the right `kid`. */
  readonly forged: Mint
  /** Is signed with a key that nobody published. */
  readonly unknownKey: Mint
  /** Is not signed: `alg` is `none`. */
  readonly noneAlg: Mint
  /** Is signed with HMAC; the published key is the secret. */
  readonly hs256: Mint
}

const hour = 3600

/** The mint of an issuer; `claimsOf` fills in what a wish leaves open. */
export const mintOf = (book: Book, claimsOf: (wish?: TokenWish) => JsonObject): TestTokens => {
  // The wish's own claims are laid over: a test may want an expired token with a strange claim.
  const altered = (changes: () => TokenWish['claims']): Mint => {
    return (wish = {}) =>
      sign(activeKey(book), claimsOf({ ...wish, claims: { ...changes(), ...wish.claims } }))
  }
  return {
    token: altered(() => ({})),
    named: async (wish) => {
      const token = namedToken()
      book.named.set(token, claimsOf(wish))
      return token
    },
    withoutScope: (scope, wish = {}) => {
      const scopes = (wish.scopes ?? book.scopes).filter((other) => other !== scope)
      return sign(activeKey(book), claimsOf({ ...wish, scopes }))
    },
    expired: altered(() => ({ iat: book.now() - 2 * hour, exp: book.now() - hour })),
    notYetValid: altered(() => ({
      iat: book.now() + hour,
      nbf: book.now() + hour,
      exp: book.now() + 2 * hour,
    })),
    wrongAudience: altered(() => ({ aud: 'https://another-api.test' })),
    wrongIssuer: altered(() => ({ iss: 'https://another-gatehouse.test' })),
    wrongType: (wish) => sign(activeKey(book), claimsOf(wish), { typ: 'JWT' }),
    forged: async (wish) => sign(await makeKey(activeKey(book).kid), claimsOf(wish)),
    unknownKey: async (wish) => sign(await makeKey(), claimsOf(wish)),
    noneAlg: async (wish) => unsigned(claimsOf(wish), activeKey(book).kid),
    hs256: (wish) => signedWithPublicKey(activeKey(book), claimsOf(wish)),
  }
}

const namedToken = (): string => {
  const random = crypto.getRandomValues(new Uint8Array(43))
  const body = `gtht_${[...random].map((byte) => base62[byte % base62.length]).join('')}`
  return body + secretChecksum(body)
}
