import { gatehouse, requireScopes } from 'gatehouse/verify/hono'
import { type ExecutionContext, Hono } from 'hono'

interface Env {
  readonly GATEHOUSE: string
  readonly AUDIENCE: string
}

// A sample edge API: everything that it needs to know of Gatehouse is an issuer and an audience.
const makeApi = ({ GATEHOUSE: issuer, AUDIENCE: audience }: Env): Hono => {
  const app = new Hono()
  // The gateway of the demo is on this machine, and has no certificate.
  app.use('*', gatehouse({ issuer, audience, allowLoopback: true }))
  app.get('/', requireScopes('deploy:write'), (c) => {
    const { serviceAccount, provenance } = c.var.principal
    return c.json({ deployed_by: serviceAccount, provenance })
  })
  return app
}

let api: Hono | undefined

export default {
  fetch(request: Request, env: Env, context: ExecutionContext) {
    api ??= makeApi(env)
    return api.fetch(request, env, context)
  },
}
