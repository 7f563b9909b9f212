import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from './answer.ts'
import { type DoorOptions, judge } from './door.ts'
import { openNodeDoor } from './node.ts'
import type { Principal } from './principal.ts'
import { type RouteRequirements, routeRequirements } from './route-requirements.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; there behind `gatehouse`. */
    principal: Principal
  }
}

const send = (reply: FastifyReply, { status, headers, body }: Answer): FastifyReply =>
  reply.code(status).headers(headers).send(body)

const plugin: FastifyPluginAsync<DoorOptions> = async (app, options) => {
  const door = openNodeDoor(options)
  if (!app.hasRequestDecorator('principal')) app.decorateRequest('principal')
  app.addHook('onRequest', async (request, reply) => {
    const { method, originalUrl: target, raw } = request
    const presented = door.read({ method, target, rawHeaders: raw.rawHeaders })
    const entry = await door.enter(request, presented)
    if ('answer' in entry) return send(reply, entry.answer)
    request.principal = entry.principal
  })
}

/**
 * Lets in who brings a token for this API, at every route of the instance that it is registered with;
 * `request.principal` says who it is. `origin` is where clients reach the API; it may be left out
 * where the audience is a URL there.
 */
export const gatehouse: FastifyPluginAsync<DoorOptions> = Object.assign(plugin, {
  // Without it the hook would hold inside this plugin only, where no route is.
  [Symbol.for('skip-override')]: true,
})

/** A hook of a route: `onRequest`, or `preHandler`. */
export type RouteGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

type Guards = RouteRequirements<FastifyRequest, RouteGuard>

const guards: Guards = routeRequirements((requirement) => async (request, reply) => {
  const answer = judge(request, requirement(request))
  return answer === null ? undefined : send(reply, answer)
})

// Each by the name of its type: inferred, it could not be declared without Fastify's inner modules.

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
