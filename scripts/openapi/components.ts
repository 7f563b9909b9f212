import type { ZodOpenApiComponentsObject } from 'zod-openapi'
import { type ProblemType, problemTypes } from '../../src/http/problem-types.ts'

type Schema = NonNullable<ZodOpenApiComponentsObject['schemas']>[string]

const header = (description: string, schema: object = { type: 'string' }) => ({
  description,
  schema,
})

/** Headers of answers, by the names under which answers refer to them. */
export const headers = {
  ETag: header('The version, for `If-Match`'),
  Location: header('Path of what was made'),
  RateLimit: header('What is left of the allowance of changes'),
  RateLimitPolicy: header('The allowance of changes'),
  RetryAfter: header('After so many seconds the same call may succeed', { type: 'integer' }),
  IdempotentReplay: header('It was made before, under the same key', { const: 'true' }),
  ExpiresSoon: header('The credential that was used ends within 14 days: its id, and when'),
  Authenticate: header('How to authenticate'),
}

const parameter = (name: string, required: boolean, description: string) => ({
  in: 'header' as const,
  name,
  required,
  description,
  schema: { type: 'string' as const },
})

const etag = 'The `ETag` of what you have read'

/** Headers of requests. */
export const parameters = {
  IfMatch: parameter('If-Match', false, `${etag}; \`*\` or nothing: any version`),
  IfMatchRequired: parameter('If-Match', true, etag),
  IdempotencyKey: {
    ...parameter('Idempotency-Key', false, 'Of your own making: the call is run once in a day'),
    schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
  },
}

const types = Object.keys(problemTypes).map((slug) => `/problems/${slug}`)

const problem: Schema = {
  type: 'object',
  description: 'A refusal (RFC 9457).',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri-reference', enum: types },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) into the request' },
          detail: { type: 'string' },
        },
      },
    },
    id: { type: 'string', description: 'The object that there is already' },
  },
}

const matcher = { $ref: '#/components/schemas/Matcher' }
const operator = (name: string, operand: object, description: string) => ({
  type: 'object' as const,
  description,
  properties: { [name]: operand },
  required: [name],
  additionalProperties: false,
})

const matchers: Schema = {
  description:
    'What a claim has to be. Missing and null never match; a plain value never matches an array.',
  oneOf: [
    { type: ['string', 'integer', 'boolean'], description: 'Same type and equal, byte for byte' },
    operator(
      'any_of',
      { type: 'array', items: matcher, minItems: 1, maxItems: 64 },
      'One of the matchers holds',
    ),
    operator('not', matcher, 'The claim is there, the matcher can judge it, and does not hold'),
    operator(
      'glob',
      { type: 'string' },
      'The whole value: `*` is one or more characters without `/` or `:`, `**` one or more without `:`; at most 8 wildcards',
    ),
    operator('contains', { type: 'string' }, 'An array of strings with an equal element'),
    operator('present', { const: true }, 'The claim is there and not null'),
  ],
}

const oauthError: Schema = {
  type: 'object',
  description: 'A refusal (RFC 6749 §5.2).',
  required: ['error', 'error_description', 'decision_id'],
  properties: {
    error: { type: 'string' },
    error_description: { type: 'string' },
    decision_id: { type: 'string', description: 'Opens the full story to an administrator' },
    reason: { type: 'string', description: 'Only for whom the token identifies' },
    failed_claims: { type: 'array', items: { type: 'object' } },
  },
}

const problemType: Schema = {
  type: 'object',
  description: 'What an error of the admin API means.',
  required: ['type', 'title', 'status', 'meaning', 'remedy'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    meaning: { type: 'string' },
    remedy: { type: 'string' },
  },
}

/** Schemas that no answer of an operation has under a name. */
export const schemas: Readonly<Record<string, Schema>> = {
  Problem: problem,
  Matcher: matchers,
  OAuthError: oauthError,
  ProblemType: problemType,
}

/** Ways to authenticate. */
export const securitySchemes: NonNullable<ZodOpenApiComponentsObject['securitySchemes']> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token or a named token of this gateway for `urn:gatehouse:admin`',
  },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'A client id and its secret, each form-encoded first (RFC 6749 §2.3.1)',
  },
}

/** The status of a type of problem. */
export const statusOf = (type: ProblemType): number => problemTypes[type][0]
