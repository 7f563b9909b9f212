import type { Request, RequestHandler, Response } from 'express'
import type { Answer } from './answer.ts'
import { type DoorOptions, type Entry, judge } from './door.ts'
import { openNodeDoor } from './node.ts'
import type { Principal } from './principal.ts'
import { routeRequirements } from './route-requirements.ts'

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

/** What a route may ask for beyond a good token; each is a middleware. */
export const {
  requireScopes,
  requireAnyScope,
  requireNamespace,
  requireProvenance,
  requirePolicy,
  requireMaxAge,
} = routeRequirements<Request, RequestHandler>((requirement) => (request, response, next) => {
  const answer = judge(request, requirement(request))
  if (answer !== null) return send(response, answer)
  next()
})
