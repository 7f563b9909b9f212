import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { type Feed, fetchFeed } from './endings.ts'
import type { Gateway } from './gateway.ts'
import { settings } from './settings.ts'

/** An API that verifies tokens offline, and polls the revocation feed as the contract says. */
export interface EdgeApi {
  /** What it does every 30 s; 304 leaves it with what it has. */
  poll(): Promise<number>
  /** Calls it with a token: 200 with its claims, or 401. */
  call(token: string): Promise<Response>
}

const refused = (error: string): Response => Response.json({ error }, { status: 401 })

const isDead = (feed: Feed, kid: string | undefined, claims: JWTPayload): boolean => {
  const issuedAt = Number(claims.iat)
  const policy = String(claims.policy ?? '').split('@')[0] ?? ''
  return (
    (feed.accounts[String(claims.sub)] ?? -1) >= issuedAt ||
    (feed.policies[policy] ?? -1) >= issuedAt ||
    feed.tokens.includes(String(claims.jti)) ||
    feed.keys.includes(String(kid))
  )
}

/** Starts such an API; `clock` tells it the time, in epoch milliseconds. */
export async function startEdgeApi(
  gateway: Pick<Gateway, 'fetch'>,
  audience: string,
  clock: () => number = Date.now,
): Promise<EdgeApi> {
  const keySet = await (await gateway.fetch('/.well-known/jwks.json')).json()
  const keys = createLocalJWKSet(keySet as JSONWebKeySet)
  const verify = async <T extends JWTPayload>(text: string, typ: string) => {
    const rules = { issuer: settings.issuerUrl, audience, typ, algorithms: ['ES256'] }
    return jwtVerify<T>(text, keys, { ...rules, currentDate: new Date(clock()) })
  }
  let feed: Feed | undefined
  let etag = ''
  return {
    poll: async () => {
      const response = await fetchFeed(gateway, audience, { 'if-none-match': etag })
      if (response.status === 200) {
        feed = (await verify<Feed & JWTPayload>(await response.text(), 'revocations+jwt')).payload
        etag = response.headers.get('etag') ?? ''
      }
      return response.status
    },
    call: async (token) => {
      try {
        const { payload, protectedHeader } = await verify(token, 'at+jwt')
        // Without a feed, or with one that has expired, it does not know, and lets nobody in.
        if (feed === undefined || feed.exp * 1000 <= clock()) return refused('no_feed')
        const dead = isDead(feed, protectedHeader.kid, payload)
        return dead ? refused('revoked') : Response.json(payload)
      } catch {
        return refused('invalid_token')
      }
    },
  }
}
