import * as z from 'zod'
import { adminOperations } from '../../../src/http/api/routes.ts'
import type { Document } from './operations.ts'
import type { Schema } from './schema.ts'

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Schema =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema

/** Describes every operation in the shape of an OpenAPI document. */
export function describe(): Document {
  const paths: Record<string, Record<string, never>> = {}
  for (const one of adminOperations) {
    const query = one.query === undefined ? {} : (schemaOf(one.query, 'input').properties as object)
    const responses = Object.entries(one.answers).map(([status, schema]) => [
      status,
      {
        content: {
          ...(schema && one.media === undefined
            ? { 'application/json': { schema: schemaOf(schema, 'output') } }
            : {}),
          ...(one.media && { [one.media]: {} }),
          ...(one.csv && { 'text/csv': {} }),
        },
      },
    ])
    const problems = ['400', '401', '403', '404', '409', '412', '413', '415', '422', '428', '429']
    const refusals = problems.map((status) => [
      status,
      { content: { 'application/problem+json': {} } },
    ])
    paths[one.path] = {
      ...paths[one.path],
      [one.method.toLowerCase()]: {
        operationId: one.name,
        parameters: Object.entries(query).map(([name, schema]) => ({ name, in: 'query', schema })),
        ...(one.body && {
          requestBody: { content: { 'application/json': { schema: schemaOf(one.body, 'input') } } },
        }),
        responses: Object.fromEntries([...responses, ...refusals]),
      } as never,
    }
  }
  return { paths }
}
