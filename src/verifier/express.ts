import type { Request, RequestHandler, Response } from 'express'
import type { Answer } from './answer.ts'
import { type DoorOptions, type Entry, judge } from './door.ts'
import { openNodeDoor } from './node.ts'
import type { Principal } from './principal.ts'
import { type RouteRequirements, routeRequirements } from './route-requirements.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who is calling; there behind `gatehouse()`. */
      principal: Principal
    }
  }
}

const send = (response: Response, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...headers }).end(JSON.stringify(body))
}

/**
 * Lets in who brings a token for this API; `req.principal` says who it is. `origin` is where clients
 * reach the API; it may be left out where the audience is a URL there.
 */
export const gatehouse = (options: DoorOptions): RequestHandler => {
  const door = openNodeDoor(options)
  return async (request, response, next) => {
    const { method, originalUrl: target, rawHeaders } = request
    let entry: Entry
    try {
      entry = await door.enter(request, door.read({ method, target, rawHeaders }))
    } catch (thrown) {
      return next(thrown)
    }
    if ('answer' in entry) return send(response, entry.answer)
    request.principal = entry.principal
    next()
  }
}

type Guards = RouteRequirements<Request, RequestHandler>

const guards: Guards = routeRequirements((requirement) => (request, response, next) => {
  const answer = judge(request, requirement(request))
  if (answer !== null) return send(response, answer)
  next()
})

// Each by the name of its type: inferred, it could not be declared without Express's own packages.

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
