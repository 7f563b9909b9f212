import type * as z from 'zod'
import type {
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi'
import { type Description, parameters as pathParameters } from '../../src/http/api/operation.ts'
import { refusalsOf } from '../../src/http/api/refusals.ts'
import type { ProblemType } from '../../src/http/problem-types.ts'
import { statusOf } from './components.ts'

const header = (name: string) => ({ $ref: `#/components/headers/${name}` })
const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` })

const words: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted: somebody else has to approve it first',
  204: 'Done; there is nothing to say',
}

const answersOf = (operation: Description): ZodOpenApiResponsesObject => {
  const { answers, csv = false, media = 'application/json', etag, method } = operation
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const json = { [media]: { schema: schema ?? {} } }
      const table = csv ? { 'text/csv': { schema: { type: 'string' as const } } } : {}
      const headers = {
        ...(etag !== undefined && schema !== null && { ETag: header('ETag') }),
        ...(status === '201' && { Location: header('Location') }),
        ...(method !== 'GET' && {
          RateLimit: header('RateLimit'),
          'RateLimit-Policy': header('RateLimitPolicy'),
        }),
        ...(method === 'POST' && { 'Idempotent-Replay': header('IdempotentReplay') }),
      }
      const description = words[Number(status)] ?? 'Done'
      return [status, { description, headers, ...(schema && { content: { ...json, ...table } }) }]
    }),
  )
}

/** Problems of one status, as the answer that says which they may be. */
export type ProblemAnswers = Map<string, ZodOpenApiResponseObject>

const waits = [429, 503]

const problemAnswer = (status: number, types: readonly ProblemType[]) => ({
  description: types.map((type) => `[${type}](/problems/${type})`).join(', '),
  ...((waits.includes(status) || status === 401) && {
    headers: {
      ...(waits.includes(status) && { 'Retry-After': header('RetryAfter') }),
      ...(status === 401 && { 'WWW-Authenticate': header('Authenticate') }),
    },
  }),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          {
            type: 'object' as const,
            properties: {
              type: { enum: types.map((type) => `/problems/${type}`) },
              status: { const: status },
            },
          },
        ],
      },
    },
  },
})

// The same problems at many routes are described once, and referred to.
const refused = (operation: Description, shared: ProblemAnswers): ZodOpenApiResponsesObject => {
  const byStatus = Map.groupBy(refusalsOf(operation), statusOf)
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([one], [other]) => one - other)
      .map(([status, types]) => {
        const name = [status, ...types].join('.')
        if (!shared.has(name)) shared.set(name, problemAnswer(status, types))
        return [String(status), { $ref: `#/components/responses/${name}` }]
      }),
  )
}

const parametersOf = ({ path, method, etag }: Description) => [
  ...[...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name = '']) => ({
    in: 'path' as const,
    name,
    required: true,
    schema: { type: 'string' as const, pattern: `^${pathParameters[name]}$` },
  })),
  ...(etag === 'required' ? [parameter('IfMatchRequired')] : []),
  ...(etag === 'optional' ? [parameter('IfMatch')] : []),
  ...(method === 'POST' ? [parameter('IdempotencyKey')] : []),
]

/** An operation of the admin API as the document has it. */
export const adminOperation = (
  operation: Description,
  shared: ProblemAnswers,
): ZodOpenApiOperationObject => ({
  operationId: operation.name,
  tags: [operation.name.split('.', 1)[0] ?? ''],
  summary: operation.summary,
  ...(operation.description !== undefined && { description: operation.description }),
  security: [{ bearer: [] }],
  parameters: parametersOf(operation) as NonNullable<ZodOpenApiOperationObject['parameters']>,
  ...(operation.query && { requestParams: { query: operation.query as z.ZodObject } }),
  ...(operation.body && {
    requestBody: {
      required: operation.bodyOptional !== true,
      content: { 'application/json': { schema: operation.bodyShape ?? operation.body } },
    },
  }),
  responses: { ...answersOf(operation), ...refused(operation, shared) },
})
