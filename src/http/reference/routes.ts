import { type Context, Hono } from 'hono'
import { etag } from 'hono/etag'
import type { HttpEnv } from '../env.ts'
import { jsonReply } from '../reply.ts'

// Imported when they are asked for: the document and its words must cost an exchange nothing, not
// even the start of an isolate.
const document = async (): Promise<Response> => {
  const { openapi } = await import('./document.ts')
  return jsonReply(200, openapi, { 'cache-control': 'public, max-age=300' })
}

// Editors ask from wherever they run, and once a day is often enough.
const policySchema = async (): Promise<Response> => {
  const { default: schema } = await import('./trust-policy.v1.json')
  return jsonReply(200, schema, {
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=86400',
    'content-type': 'application/schema+json',
  })
}

const docs = async (): Promise<Response> => (await import('./docs-page.ts')).docsPage()

const problems = async (c: Context<HttpEnv>): Promise<Response> =>
  (await import('./problem-pages.ts')).problemIndex(c)

const problem = async (c: Context<HttpEnv>): Promise<Response> =>
  (await import('./problem-pages.ts')).problemPage(c)

/** `/openapi.json`, `/schemas`, `/docs`, `/problems`: what the API is, for programs and people. */
export const referenceRoutes = new Hono<HttpEnv>()

referenceRoutes.get('/openapi.json', etag(), document)
referenceRoutes.get('/schemas/trust-policy.v1.json', etag(), policySchema)
referenceRoutes.get('/docs', etag(), docs)
referenceRoutes.get('/problems', etag(), problems)
referenceRoutes.get('/problems/:slug{[a-z-]+}', etag(), problem)
