import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi'

const object = { type: 'object' as const }
const etag = { ETag: { $ref: '#/components/headers/ETag' } }

const page = (type: string, description: string, schema: object = { type: 'string' }) => ({
  description,
  headers: etag,
  content: { [type]: { schema } },
})

const unchanged = { description: 'As you have it' }

const get = (
  tag: string,
  operationId: string,
  rest: Omit<ZodOpenApiOperationObject, 'tags'>,
): { readonly get: ZodOpenApiOperationObject } => ({
  get: { operationId: `${tag}.${operationId}`, tags: [tag], security: [], ...rest },
})

const metadata = (operationId: string) =>
  get('discovery', operationId, {
    summary: 'Read what the authorization server offers (RFC 8414)',
    responses: {
      '200': page('application/json', 'The metadata', {
        ...object,
        required: ['issuer', 'token_endpoint', 'jwks_uri'],
      }),
      '304': unchanged,
    },
  })

const keys = get('discovery', 'jwks', {
  summary: 'Read the keys that tokens are verified by (RFC 7517)',
  responses: {
    '200': page('application/json', 'The key set', {
      ...object,
      required: ['keys'],
      properties: { keys: { type: 'array', items: object } },
    }),
    '304': unchanged,
  },
})

const state = (status: string, extra: object = {}) => ({
  'application/json': {
    schema: { ...object, properties: { status: { const: status }, ...extra } },
  },
})

const health = {
  '/healthz': get('health', 'alive', {
    summary: 'Ask whether the gateway runs',
    responses: { '200': { description: 'It does', content: state('ok') } },
  }),
  '/readyz': get('health', 'ready', {
    summary: 'Ask whether a token could be issued now',
    responses: {
      '200': { description: 'It could', content: state('ready') },
      '503': {
        description: 'It could not; the check that fails, by name',
        content: state('unready', { checks: object }),
      },
    },
  }),
}

const slug = {
  in: 'path' as const,
  name: 'slug',
  required: true,
  schema: { type: 'string' as const, pattern: '^[a-z-]+$' },
}

const reference = {
  '/openapi.json': get('reference', 'openapi', {
    summary: 'Read this document',
    responses: {
      '200': page('application/json', 'An OpenAPI 3.1 document', object),
      '304': unchanged,
    },
  }),
  '/schemas/trust-policy.v1.json': get('reference', 'trust-policy-schema', {
    summary: 'Read the JSON Schema of policy files, for editors',
    responses: {
      '200': page('application/schema+json', 'A JSON Schema (draft 7)', object),
      '304': unchanged,
    },
  }),
  '/docs': get('reference', 'docs', {
    summary: 'Read this document as a page',
    responses: { '200': page('text/html', 'A page'), '304': unchanged },
  }),
  '/problems': get('reference', 'problems', {
    summary: 'List what an error of the admin API may mean',
    responses: { '200': page('text/html', 'A page'), '304': unchanged },
  }),
  '/problems/{slug}': get('reference', 'problem', {
    summary: 'Read what an error means and how to mend it',
    parameters: [slug],
    responses: {
      '200': {
        description: 'A page, or JSON for who prefers that',
        headers: etag,
        content: {
          'text/html': { schema: { type: 'string' } },
          'application/json': {
            schema: { $ref: '#/components/schemas/ProblemType' },
          },
        },
      },
      '304': unchanged,
      '404': { description: 'There is no such problem' },
    },
  }),
}

/** What anybody may read. */
export const publicPaths: ZodOpenApiPathsObject = {
  '/.well-known/oauth-authorization-server': metadata('metadata'),
  '/.well-known/openid-configuration': metadata('openid-configuration'),
  '/.well-known/jwks.json': keys,
  ...health,
  ...reference,
}
