import type { Context, MiddlewareHandler } from 'hono'
import { type DoorOptions, judge, openDoor } from './door.ts'
import { type Lifetime, presentedBy } from './presented.ts'
import type { Principal } from './principal.ts'
import { Refused } from './refused.ts'
import { type RouteRequirements, routeRequirements } from './route-requirements.ts'
import { responseOf } from './web.ts'

/** What the middleware adds: `c.var.principal`. */
export interface GatehouseEnv {
  Variables: { principal: Principal }
}

const lifetimeOf = (c: Context): Lifetime | undefined => {
  try {
    return c.executionCtx
  } catch {
    // Hono throws where the platform has none.
    return undefined
  }
}

/**
 * Lets in who brings a token for this API; `c.var.principal` says who it is. Answers what it turns
 * away, requests for the API's metadata, and requirements that a handler throws.
 */
export const gatehouse = (options: DoorOptions): MiddlewareHandler<GatehouseEnv> => {
  const door = openDoor(options)
  return async (c, next) => {
    const entry = await door.enter(c, presentedBy(c.req.raw), lifetimeOf(c))
    if ('answer' in entry) return responseOf(entry.answer)
    c.set('principal', entry.principal)
    await next()
    if (c.error instanceof Refused) c.res = responseOf(door.refusal(c.error))
  }
}

type Guards = RouteRequirements<Context, MiddlewareHandler<GatehouseEnv>>

const guards: Guards = routeRequirements((requirement) => async (c, next) => {
  const answer = judge(c, requirement(c))
  if (answer !== null) return responseOf(answer)
  return next()
})

/** Asks for all of these scopes. */
export const requireScopes: Guards['requireScopes'] = guards.requireScopes
/** Asks for at least one of these scopes. */
export const requireAnyScope: Guards['requireAnyScope'] = guards.requireAnyScope
/** Asks for rights in a namespace; a function reads from the request which one it is about. */
export const requireNamespace: Guards['requireNamespace'] = guards.requireNamespace
/** Asks that the token came from such a CI job. */
export const requireProvenance: Guards['requireProvenance'] = guards.requireProvenance
/** Asks that one of these trust policies let the job in. */
export const requirePolicy: Guards['requirePolicy'] = guards.requirePolicy
/** Asks for a token that was issued at most so many seconds ago. */
export const requireMaxAge: Guards['requireMaxAge'] = guards.requireMaxAge
