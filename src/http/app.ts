import { type Context, Hono } from 'hono'
import { etag } from 'hono/etag'
import { notFound as notFoundProblem } from '../core/problem.ts'
import { Unavailable } from '../core/unavailable.ts'
import { adminRoutes } from './api/routes.ts'
import { keySet, metadata } from './discovery.ts'
import type { HttpEnv } from './env.ts'
import { healthz, readyz } from './health.ts'
import { outageToWire } from './oauth-wire.ts'
import { bugToProblem, outageToProblem, problemToWire } from './problem-wire.ts'
import { isPlainPath } from './raw-path.ts'
import { noStore, tokenEndpoint } from './token.ts'

const isAdmin = (c: Context): boolean => c.req.path.startsWith('/admin/')

const notFound = (c: Context): Response =>
  isAdmin(c) ? problemToWire(notFoundProblem) : c.json({ error: 'not_found' }, 404, noStore)

const onError = (thrown: Error, c: Context<HttpEnv>): Response => {
  const { decisionId } = c.env
  const outage = thrown instanceof Unavailable
  c.env.gatehouse.log({
    event: outage ? 'unavailable' : 'bug',
    decision_id: decisionId,
    dependency: outage ? thrown.dependency : null,
    detail: outage ? thrown.message : (thrown.stack ?? thrown.message),
  })
  if (isAdmin(c)) {
    return outage ? outageToProblem(thrown.retryAfterSeconds) : bugToProblem(decisionId)
  }
  if (!outage) {
    const body = { error: 'server_error', error_description: 'a bug', decision_id: decisionId }
    return c.json(body, 500, noStore)
  }
  const { status, headers, body } = outageToWire(thrown, decisionId)
  return c.json(body, status, { ...noStore, ...headers })
}

const routes = new Hono<HttpEnv>()

routes.use(async (c, next) => (isPlainPath(c.req.url) ? next() : notFound(c)))

routes.all('/oauth/token', tokenEndpoint)
routes.all('/v1/serviceaccounts/token', tokenEndpoint)
routes.all('/api/m2m/oauth/token', tokenEndpoint)
routes.get('/.well-known/oauth-authorization-server', etag(), metadata)
routes.get('/.well-known/openid-configuration', etag(), metadata)
routes.get('/.well-known/jwks.json', etag(), keySet)
routes.route('/admin/v1', adminRoutes)
routes.get('/healthz', healthz)
routes.get('/readyz', readyz)
routes.notFound(notFound)
routes.onError(onError)

/** The route table of machines' doors. */
export const app = routes
