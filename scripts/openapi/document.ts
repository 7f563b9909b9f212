import { readFileSync } from 'node:fs'
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { adminOperations } from '../../src/http/api/routes.ts'
import { adminOperation, type ProblemAnswers } from './admin-paths.ts'
import { headers, parameters, schemas, securitySchemes } from './components.ts'
import { oauthPaths } from './oauth-paths.ts'
import { publicPaths } from './public-paths.ts'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

const description = [
  'A self-hosted broker of machine identity: it exchanges the identity token of a CI job, a cluster or a cloud workload for a short-lived access token.',
  'The admin API takes a bearer token for `urn:gatehouse:admin` and speaks JSON in `snake_case`, with times as RFC 3339 in UTC. Unknown members of a body are refused; ignore unknown members of an answer, for more may come.',
  'Lists come in pages: pass `next_cursor` as `cursor` until it is null. Errors are problem documents (RFC 9457) whose `type` is the address of a page that says what to do.',
].join('\n\n')

const adminPaths = (shared: ProblemAnswers): ZodOpenApiPathsObject => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of adminOperations) {
    const { path, method } = operation
    paths[path] = { ...paths[path], [method.toLowerCase()]: adminOperation(operation, shared) }
  }
  return paths as ZodOpenApiPathsObject
}

/** The OpenAPI document of everything that the gateway answers. */
export const makeDocument = () => {
  const shared: ProblemAnswers = new Map()
  const paths = { ...oauthPaths, ...publicPaths, ...adminPaths(shared) }
  const tags = new Set(
    Object.values(paths).flatMap((item) =>
      Object.values(item as Record<string, { tags?: string[] }>).flatMap(({ tags = [] }) => tags),
    ),
  )
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Gatehouse',
        version,
        description,
        license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [...tags].map((name) => ({ name })),
      paths,
      components: {
        schemas: { ...schemas },
        headers,
        parameters,
        securitySchemes,
        responses: Object.fromEntries([...shared].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      },
    },
    {
      override: ({ jsonSchema, io }) => {
        // Answers may grow; only bodies are closed.
        if (io === 'output') delete jsonSchema.additionalProperties
        // What only the library knows of: a pattern says the first, every integer keeps the others.
        if (jsonSchema.format === 'starts_with') delete jsonSchema.format
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      },
    },
  )
}
