import type { Context } from 'hono'
import { isTargetIdentifier } from '../core/target-identifier.ts'
import { revocationFeed } from '../grants/revocation-feed.ts'
import type { HttpEnv } from './env.ts'
import { refuse } from './form-request.ts'

// APIs that poll every 30 s obey within the 60 s of R32, whatever caches lie between.
const cacheControl = 'public, max-age=30'

/** `GET /oauth/revocations`: which living tokens for an audience are dead, signed. */
export const revocationFeedEndpoint = async (c: Context<HttpEnv>): Promise<Response> => {
  const [audience = '', ...more] = c.req.queries('audience') ?? []
  if (more.length > 0 || !isTargetIdentifier(audience)) {
    return refuse(c, 'feed_refused', { reason: 'invalid_request', fault: 'feed_audience' })
  }
  const { jwt, version } = await revocationFeed(c.env.gatehouse, audience)
  return new Response(jwt, {
    headers: {
      'content-type': 'application/revocations+jwt',
      'cache-control': cacheControl,
      etag: `W/"${version}"`,
      'x-content-type-options': 'nosniff',
    },
  })
}
