import { type Context, Hono } from 'hono'
import { etag } from 'hono/etag'
import { problem } from '../core/problem.ts'
import { Unavailable } from '../core/unavailable.ts'
import { refuseChangingTrail, trailPaths } from './api/audit/audit-chain.ts'
import { mount } from './api/operation.ts'
import { adminOperations } from './api/routes.ts'
import { keySet, metadata } from './discovery.ts'
import type { HttpEnv } from './env.ts'
import { healthz, readyz } from './health.ts'
import { introspectEndpoint } from './introspect.ts'
import { outageToWire } from './oauth-wire.ts'
import { pairEndpoint } from './pair.ts'
import { bugToProblem, outageToProblem, problemToWire } from './problem-wire.ts'
import { isPlainPath } from './raw-path.ts'
import { referenceRoutes } from './reference/routes.ts'
import { jsonReply, noStore } from './reply.ts'
import { revocationFeedEndpoint } from './revocation-feed.ts'
import { revokeEndpoint } from './revoke.ts'
import { tokenEndpoint } from './token.ts'

const noRoute = problem(
  'not-found',
  'there is no such collection, or it does not take this method; ids are lower case, no slash ends a path',
)

// Root accounts are managed at another system's address too, and by the same rules.
const rootAccounts = '/api/service-accounts'

const isAdmin = (path: string): boolean =>
  path.startsWith('/admin/') || path === rootAccounts || path.startsWith(`${rootAccounts}/`)

const notFound = (path: string): Response =>
  isAdmin(path) ? problemToWire(noRoute) : jsonReply(404, { error: 'not_found' })

const onError = (thrown: Error, c: Context<HttpEnv>): Response => {
  const { decisionId } = c.env
  const outage = thrown instanceof Unavailable
  c.env.gatehouse.log({
    event: outage ? 'unavailable' : 'bug',
    decision_id: decisionId,
    dependency: outage ? thrown.dependency : null,
    detail: outage ? thrown.message : (thrown.stack ?? thrown.message),
  })
  if (isAdmin(c.req.path)) {
    return outage ? outageToProblem(thrown.retryAfterSeconds) : bugToProblem(decisionId)
  }
  if (!outage) {
    const body = { error: 'server_error', error_description: 'a bug', decision_id: decisionId }
    return jsonReply(500, body)
  }
  const { status, headers, body } = outageToWire(thrown, decisionId)
  return jsonReply(status, body, { ...noStore, ...headers })
}

/** Everything that is answered, by its route. */
export const routes = new Hono<HttpEnv>()

routes.all('/oauth/token', tokenEndpoint)
routes.all('/v1/serviceaccounts/token', tokenEndpoint)
routes.all('/api/m2m/oauth/token', tokenEndpoint)
routes.all('/oauth/introspect', introspectEndpoint)
routes.all('/oauth/revoke', revokeEndpoint)
routes.all('/oauth/pair', pairEndpoint)
routes.get('/oauth/revocations', etag(), revocationFeedEndpoint)
routes.get('/.well-known/oauth-authorization-server', etag(), metadata)
routes.get('/.well-known/openid-configuration', etag(), metadata)
routes.get('/.well-known/jwks.json', etag(), keySet)
mount(routes, adminOperations)
for (const path of trailPaths) {
  routes.on(['POST', 'PUT', 'PATCH', 'DELETE'], path, refuseChangingTrail)
}
routes.route('/', referenceRoutes)
routes.get('/healthz', healthz)
routes.get('/readyz', readyz)
routes.notFound((c) => notFound(c.req.path))
routes.onError(onError)

/**
 * Answers a request. Paths have one spelling (R40), which is checked before routing, because the
 * router decodes them first.
 */
export const serve = (
  request: Request,
  handover: Omit<HttpEnv['Bindings'], 'dispatch'>,
): Response | Promise<Response> => {
  if (!isPlainPath(request.url)) return notFound(new URL(request.url).pathname)
  const bindings: HttpEnv['Bindings'] = {
    ...handover,
    dispatch: (inner) => routes.fetch(inner, bindings),
  }
  return routes.fetch(request, bindings)
}
