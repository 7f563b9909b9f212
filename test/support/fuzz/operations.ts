import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type fc from 'fast-check'
import { arbitraryOf, pointed, type Schema } from './schema.ts'

/** An OpenAPI 3.1 document, as far as a fuzz run reads it. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedCall>>>>
  readonly components?: Schema
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

interface DocumentedCall {
  readonly operationId: string
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>
  }
  readonly responses: Readonly<Record<string, DocumentedResponse>>
}

interface DocumentedResponse {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

/** One operation, ready to be called with all sorts of things. */
export interface Target {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly query: readonly { readonly name: string; readonly values: fc.Arbitrary<unknown> }[]
  readonly bodies: fc.Arbitrary<unknown> | undefined
  readonly acceptsBody: ValidateFunction | undefined
  /** By status and media type; null: it has no body. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, ValidateFunction | null>>>>
}

const followed = <T extends object>(document: Document, value: T | { readonly $ref: string }): T =>
  '$ref' in value && typeof value.$ref === 'string'
    ? (pointed(document as unknown as Schema, value.$ref) as unknown as T)
    : (value as T)

/** Reads every operation under `/admin` and `/api` out of a document. */
export function targetsOf(document: Document): readonly Target[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
  addFormats.default(ajv)
  const root = (schema: Schema): Schema => ({ ...schema, components: document.components ?? {} })
  const compiled = (schema: Schema) => ajv.compile(root(schema))
  const answersOf = (responses: DocumentedCall['responses']): Target['answers'] =>
    Object.fromEntries(
      Object.entries(responses).map(([status, response]) => {
        const { content = {} } = followed<DocumentedResponse>(document, response as never)
        const types = Object.entries(content).map(([type, { schema }]) => [
          type,
          schema === undefined ? null : compiled(schema),
        ])
        return [status, Object.fromEntries(types)]
      }),
    )
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .filter(() => path.startsWith('/admin/') || path.startsWith('/api/service-accounts'))
      .map(([method, call]) => {
        const body = Object.entries(call.requestBody?.content ?? {}).find(([type]) =>
          type.includes('json'),
        )?.[1].schema
        const parameters = (call.parameters ?? []).map((one) => followed<Parameter>(document, one))
        return {
          name: call.operationId,
          method: method.toUpperCase(),
          path,
          query: parameters
            .filter((parameter) => parameter.in === 'query')
            .map(({ name, schema }) => ({ name, values: arbitraryOf(schema, root(schema)) })),
          bodies: body && arbitraryOf(body, root(body)),
          acceptsBody: body && compiled(body),
          answers: answersOf(call.responses),
        }
      }),
  )
}
