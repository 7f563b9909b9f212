import { battery, type Finding, testIssuer } from 'gatehouse/testing'
import { gatehouse as viaFetch } from 'gatehouse/verify/fetch'
import { requireNamespace, requireScopes, gatehouse as viaHono } from 'gatehouse/verify/hono'
import { Hono } from 'hono'

const audience = 'https://api.test'
const scope = 'deploy:write'

/** What the SDK did in a runtime: the account that was let in, and what the battery found. */
export interface Report {
  readonly account: string
  readonly fetch: readonly Finding[]
  readonly hono: readonly Finding[]
  /** Found in an API that lets everybody in: the battery has to see that here, too. */
  readonly careless: number
  /** Key sets asked for. */
  readonly asked: number
}

/** Plays the battery before both adapters that run everywhere. */
export const check = async (): Promise<Report> => {
  const issuer = await testIssuer({ audience })
  const plain = viaFetch(issuer.options, (_, { serviceAccount }) => new Response(serviceAccount))
  const app = new Hono()
  app.use('*', viaHono(issuer.options))
  app.get('/', requireScopes(scope), requireNamespace('/acme', scope), (c) =>
    c.text(c.var.principal.serviceAccount),
  )
  const authorization = `Bearer ${await issuer.token({ serviceAccount: 'sa_here' })}`
  const answer = await plain(new Request(audience, { headers: { authorization } }))
  const needs = { needsScopes: [scope], needsNamespace: true }
  return {
    account: await answer.text(),
    fetch: await battery({ issuer, call: plain }),
    hono: await battery({ issuer, call: async (request) => app.fetch(request), ...needs }),
    careless: (await battery({ issuer, call: () => new Response() })).length,
    asked: issuer.requests.length,
  }
}
