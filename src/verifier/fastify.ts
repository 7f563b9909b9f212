import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from './answer.ts'
import { type DoorOptions, judge } from './door.ts'
import { openNodeDoor } from './node.ts'
import type { Principal } from './principal.ts'
import { routeRequirements } from './route-requirements.ts'

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

/** What a route may ask for beyond a good token; each is a hook, as `onRequest` or `preHandler`. */
export const {
  requireScopes,
  requireAnyScope,
  requireNamespace,
  requireProvenance,
  requirePolicy,
  requireMaxAge,
} = routeRequirements<
  FastifyRequest,
  (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
>((requirement) => async (request, reply) => {
  const answer = judge(request, requirement(request))
  return answer === null ? undefined : send(reply, answer)
})
