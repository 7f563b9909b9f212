import type { makeDocument } from './document.ts'

type Document = ReturnType<typeof makeDocument>

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly description?: string
}

interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
  readonly schema: Schema
}

interface Described {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Schema }>> }
}

const prefix = '/admin/v1'

// A union of one type and null is that type, which `nullable` says apart.
const withoutNull = (schema: Schema): Schema => {
  const others = schema.anyOf?.filter(({ type }) => type !== 'null')
  const [only] = others ?? []
  return others?.length === 1 && only !== undefined ? only : schema
}

const isNullable = ({ type, anyOf = [] }: Schema): boolean =>
  [type ?? []].flat().includes('null') || anyOf.some((either) => either.type === 'null')

const isText = ({ type }: Schema): boolean =>
  [type ?? []].flat().filter((name) => name !== 'null')[0] === 'string'

const truths = '["true","false"]'

const typeOf = (schema: Schema): string => {
  if (JSON.stringify(schema.enum) === truths) return 'boolean'
  if (isText(schema)) return schema.format === 'date-time' ? 'time' : 'text'
  const type = [schema.type ?? []].flat().find((name) => name !== 'null')
  if (type === 'integer' || type === 'boolean') return type
  return type === 'array' && schema.items !== undefined && isText(schema.items) ? 'texts' : 'json'
}

const member = (name: string, schema: Schema, required = false) => {
  const bare = withoutNull(schema)
  const type = typeOf(bare)
  const values = type === 'texts' ? bare.items?.enum : bare.enum
  const description = schema.description ?? bare.description
  return {
    name,
    type,
    ...(required && { required }),
    ...(isNullable(schema) && { nullable: true }),
    ...(values && type !== 'boolean' && { values: values.filter((value) => value !== null) }),
    ...(description !== undefined && { description }),
  }
}

const bodyOf = (document: Document, { requestBody }: Described) => {
  const found = requestBody?.content['application/json']?.schema
  if (found === undefined) return undefined
  const schemas = document.components?.schemas as Readonly<Record<string, Schema>>
  const schema = found.$ref === undefined ? found : schemas[found.$ref.split('/').pop() ?? '']
  return Object.entries(schema?.properties ?? {}).map(([name, value]) =>
    member(name, value, schema?.required?.includes(name)),
  )
}

const known = ({ name }: { readonly name: string }): boolean =>
  !['id', 'version', 'warnings', 'created_at', 'changes'].includes(name)

/** What a caller of the admin API has to know of each operation, by its name. */
export const writeOperations = (document: Document): string => {
  const paths = Object.entries(document.paths ?? {}).filter(([path]) => path.startsWith(prefix))
  const operations = paths.flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Described>>).map(([method, described]) => {
      const parameters = described.parameters ?? []
      const body = bodyOf(document, described)?.filter(known)
      return {
        name: described.operationId,
        method: method.toUpperCase(),
        path,
        summary: described.summary,
        ...(parameters.some(({ $ref }) => $ref?.includes('/IfMatch')) && { etag: true }),
        query: parameters
          .filter((parameter) => parameter.in === 'query')
          .map(({ name, schema }) => member(name, schema)),
        ...(body && { body }),
      }
    }),
  )
  return `${JSON.stringify(operations, null, 2)}\n`
}
