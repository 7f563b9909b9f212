import type { TokenWish } from './claims.ts'
import type { TestTokens } from './tokens.ts'

/** What has to come of a request: success, or a refusal with this status and error code. */
export type Verdict =
  | 'success'
  | { readonly status: 401 | 403; readonly error?: 'invalid_token' | 'insufficient_scope' }

/** One caller before the API. */
export interface Trial {
  readonly name: string
  /** Makes the request the caller's. */
  readonly from: (request: Request) => Request
  readonly verdict: Verdict
}

const stranger = { status: 401 } as const
const invalidToken = { status: 401, error: 'invalid_token' } as const
const forbidden = { status: 403, error: 'insufficient_scope' } as const

const having = (name: string, value: string) => (request: Request) => {
  const headers = new Headers(request.headers)
  headers.set(name, value)
  return new Request(request, { headers })
}

/** A caller with a token, as RFC 6750 has it. */
export const bearer = (name: string, token: string, verdict: Verdict): Trial => ({
  name,
  from: having('authorization', `Bearer ${token}`),
  verdict,
})

const kinds = [
  'expired',
  'notYetValid',
  'wrongAudience',
  'wrongIssuer',
  'wrongType',
  'forged',
  'unknownKey',
  'noneAlg',
  'hs256',
] as const

/** Tokens that are not good, each in one respect. */
export const badTokens = async (issuer: TestTokens, wish: TokenWish = {}): Promise<Trial[]> => {
  const good = await issuer.token(wish)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const other = (await issuer.token(wish)).split('.')[1] ?? ''
  const without = (claim: string) =>
    issuer.token({ ...wish, claims: { ...wish.claims, [claim]: undefined } })
  const bad: (readonly [string, string])[] = [
    ['the payload of another token', `${header}.${other}.${signature}`],
    ['no signature', `${header}.${payload}.`],
    ['a signature cut short', good.slice(0, -8)],
    ['a fourth part', `${good}.e30`],
    ['garbage', 'garbage'],
    ['no exp', await without('exp')],
    ['no sub', await without('sub')],
    ['no aud', await without('aud')],
    ['bound to a key', await issuer.token({ ...wish, boundTo: 'A'.repeat(43) })],
  ]
  for (const kind of kinds) bad.push([kind, await issuer[kind](wish)])
  return bad.map(([name, token]) => bearer(name, token, invalidToken))
}

/** A good token in the wrong place, and none. */
export const badManners = (good: string): Trial[] => [
  { name: 'no token', from: (request) => request, verdict: stranger },
  ...[
    ['scheme Token', `Token ${good}`],
    ['scheme Basic', `Basic ${good}`],
    ['no scheme', good],
    ['Bearer and nothing', 'Bearer '],
    ['two tokens', `Bearer ${good}, Bearer ${good}`],
    ['something before the scheme', `x Bearer ${good}`],
  ].map(([name = '', value = '']) => ({
    name,
    from: having('authorization', value),
    verdict: stranger,
  })),
  {
    name: 'in a cookie',
    from: having('cookie', `access_token=${good}; token=${good}`),
    verdict: stranger,
  },
  {
    name: 'in the query',
    from: (request) => {
      const url = new URL(request.url)
      url.searchParams.set('access_token', good)
      return new Request(url, request)
    },
    verdict: stranger,
  },
]

/** Good tokens that may not do what the request is about. */
export const tooFewRights = async (
  issuer: TestTokens,
  wish: TokenWish,
  needs: { readonly scopes: readonly string[]; readonly namespace: boolean },
): Promise<Trial[]> => {
  const trials: Trial[] = []
  for (const scope of needs.scopes) {
    const token = await issuer.withoutScope(scope, wish)
    trials.push(bearer(`without scope ${scope}`, token, forbidden))
  }
  if (needs.namespace) {
    for (const namespace of ['/somewhere-else', `${wish.namespace ?? '/acme'}-evil`]) {
      const token = await issuer.token({ ...wish, namespace })
      trials.push(bearer(`of namespace ${namespace}`, token, forbidden))
    }
  }
  return trials
}
