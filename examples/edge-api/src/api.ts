import { gatehouse, requireNamespace, requireScopes } from 'gatehouse/verify/hono'
import { Hono } from 'hono'

/** Everything after the issuer and the audience is for tests. */
export type Settings = Parameters<typeof gatehouse>[0]

/** Two routes: every job may ask who it is, and only some may release. */
export const makeApi = (settings: Settings): Hono => {
  const api = new Hono()
  api.use('*', gatehouse(settings))

  api.get('/v1/whoami', requireScopes('deploy:read'), (c) => {
    const { serviceAccount, scopes, provenance } = c.var.principal
    return c.json({ service_account: serviceAccount, scopes, repository: provenance?.repository })
  })

  // The right to deploy has to hold for this team: in its namespace, or in one above it.
  const ofTeam = requireNamespace((c) => `/acme/${c.req.param('team')}`, 'deploy:write')
  api.post('/v1/teams/:team/releases', ofTeam, (c) => {
    const { serviceAccount, provenance } = c.var.principal
    const release = { team: c.req.param('team'), by: serviceAccount, commit: provenance?.sha }
    return c.json(release, 201)
  })
  return api
}
