import * as z from 'zod'
import { maxBoundClaims, maxClaimNameLength } from '../../src/core/lint/values.ts'
import { maxAlternatives, maxNesting } from '../../src/core/matcher.ts'
import { maxPermissionLength } from '../../src/core/scope.ts'
import { presets } from '../../src/issuers/registry.ts'
import { TrustPolicies } from '../../src/policy-file/format.ts'

type JsonSchema = Record<string, unknown>

const value = { type: 'string', maxLength: 1024 }

/** At most eight wildcards, none of three stars. */
const glob = {
  type: 'string',
  maxLength: 256,
  pattern: '^[^*]*(?:\\*\\*?(?:[^*]+|$)){0,8}$',
  description: 'A pattern for the whole value: `*` stops at `/` and `:`, `**` at `:`',
}

const operators = (inner: string | null): JsonSchema => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    ...(inner !== null && {
      any_of: {
        type: 'array',
        minItems: 1,
        maxItems: maxAlternatives,
        items: { $ref: inner },
        description: 'One of these has to match',
      },
      not: { $ref: inner, description: 'This must not match; a missing claim fails too' },
    }),
    glob,
    contains: { ...value, description: 'The claim is a list of texts, and this is one of them' },
    present: { const: true, description: 'The claim has to be there' },
  },
})

/** Operators stand in one another so deep and no deeper, so each depth is its own definition. */
const matchers = (): JsonSchema =>
  Object.fromEntries(
    Array.from({ length: maxNesting + 1 }, (_, depth) => [
      `matcher${depth}`,
      {
        anyOf: [
          value,
          {
            type: 'integer',
            minimum: Number.MIN_SAFE_INTEGER,
            maximum: Number.MAX_SAFE_INTEGER,
          },
          { type: 'boolean' },
          operators(depth === 0 ? null : `#/definitions/matcher${depth - 1}`),
        ],
      },
    ]),
  )

const boundClaims = {
  type: 'object',
  maxProperties: maxBoundClaims,
  propertyNames: {
    minLength: 1,
    maxLength: maxClaimNameLength,
    not: { enum: ['aud', 'iss', '/aud', '/iss'] },
  },
  additionalProperties: { $ref: `#/definitions/matcher${maxNesting}` },
}

const permission = {
  type: 'string',
  maxLength: maxPermissionLength,
  pattern: '^[a-z0-9][a-z0-9._:/-]*$',
}

const presetIds = { type: ['string', 'null'], enum: [...presets.map(({ id }) => id), null] }

// What zod checks by a function has no schema of its own.
const byPlace = (path: readonly PropertyKey[], schema: JsonSchema): void => {
  const place = path.filter((part) => part !== 'anyOf' && part !== 0).join('/')
  if (place.endsWith('properties/bound_claims')) Object.assign(schema, boundClaims)
  if (place.endsWith('scope/items')) Object.assign(schema, permission)
  if (place.endsWith('properties/preset')) {
    delete schema.anyOf
    Object.assign(schema, presetIds)
  }
  if (schema.format === 'date-time') {
    // The pattern of every day of every month says little to people.
    schema.pattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z$'
    delete schema.format
  }
}

const override = (schema: JsonSchema, path: readonly PropertyKey[]): void => {
  const { override: own } = schema
  delete schema.override
  if (typeof own === 'object' && own !== null) {
    delete schema.allOf
    Object.assign(schema, { type: 'object' })
  }
  byPlace(path, schema)
}

/** The JSON Schema of one document of a policy file: draft 7, which editors know best. */
export const makePolicySchema = (): JsonSchema => {
  const schema = z.toJSONSchema(TrustPolicies, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, path }) => override(jsonSchema as JsonSchema, path),
  }) as JsonSchema
  return { ...schema, definitions: matchers() }
}
