import type { makeDocument } from './document.ts'

type Document = ReturnType<typeof makeDocument>

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Answer {
  readonly $ref?: string
  readonly content?: Content
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Answer>>
}

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** `#/components/schemas/Name` as a type. */
const referred = (reference: string): string => {
  const [, , kind, name] = reference.split('/')
  return `components['${kind}']['${name}']`
}

const members = (entries: readonly (readonly [string, string, boolean])[]): string =>
  `{ ${entries.map(([name, type, must]) => `'${name}'${must ? '' : '?'}: ${type}`).join('; ')} }`

const objectType = ({ properties, additionalProperties, required = [] }: Schema): string => {
  if (properties === undefined) {
    const values =
      typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'
    return `{ [name: string]: ${values} }`
  }
  return members(
    Object.entries(properties).map(([name, member]) => [
      name,
      typeOf(member),
      required.includes(name),
    ]),
  )
}

const union = (types: readonly string[]): string => `(${[...new Set(types)].join(' | ')})`

const typeOf = (schema: Schema): string => {
  if (schema.$ref !== undefined) return referred(schema.$ref)
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return union(either.map(typeOf))
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' & ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)))
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ type })))
  if (schema.type === 'array') return `${typeOf(schema.items ?? {})}[]`
  if (schema.type === 'object') return objectType(schema)
  return scalars[String(schema.type)] ?? 'unknown'
}

// Our client asks for JSON, so it gets no table and no page where there is JSON as well.
const contentType = (content: Content = {}): string => {
  const json = 'application/json'
  const kept = content[json] === undefined ? content : { [json]: content[json] }
  return members(
    Object.entries(kept).map(([type, { schema = {} }]) => [type, typeOf(schema), true]),
  )
}

const answerType = ({ $ref, content }: Answer): string =>
  $ref === undefined
    ? `{ headers: { [name: string]: unknown }; content${content === undefined ? '?: never' : `: ${contentType(content)}`} }`
    : referred($ref)

const parametersType = (parameters: readonly Parameter[]): string => {
  const kinds = ['query', 'header', 'path', 'cookie'].map((kind) => {
    const some = parameters.filter((parameter) => parameter.in === kind)
    const must = some.some(({ required }) => required === true)
    const type = members(
      some.map((each) => [each.name, typeOf(each.schema), each.required === true]),
    )
    return [kind, some.length === 0 ? 'never' : type, must] as const
  })
  return members(kinds)
}

const operationType = (operation: Operation, document: Document): string => {
  const { parameters = [], requestBody, responses } = operation
  const known = document.components?.parameters as Readonly<Record<string, Parameter>>
  const all = parameters.map((each) => known[each.$ref?.split('/').at(-1) ?? ''] ?? each)
  const body = `requestBody${requestBody?.required === true ? '' : '?'}: ${
    requestBody === undefined ? 'never' : `{ content: ${contentType(requestBody.content)} }`
  }`
  const answers = Object.entries(responses)
    .map(([status, answer]) => `      ${status}: ${answerType(answer)}`)
    .join('\n')
  return `{\n    parameters: ${parametersType(all)}\n    ${body}\n    responses: {\n${answers}\n    }\n  }`
}

const components = (kind: string, types: readonly (readonly [string, string])[]): string =>
  `  ${kind}: {\n${types.map(([name, type]) => `    '${name}': ${type}`).join('\n')}\n  }`

/** The document as types, in the shape that openapi-fetch takes. */
export const writeTypes = (document: Document): string => {
  const { schemas = {}, responses = {} } = document.components ?? {}
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const operations = Object.entries(item as Record<string, Operation>).map(
      ([method, operation]) => `  ${method}: ${operationType(operation, document)}`,
    )
    return `  '${path}': {\n${operations.join('\n')}\n  }`
  })
  const named = (all: object, toType: (value: never) => string) =>
    Object.entries(all).map(([name, value]) => [name, toType(value as never)] as const)
  return [
    '/** Written by npm run openapi. */',
    `export interface paths {\n${paths.join('\n')}\n}`,
    `export interface components {\n${components('schemas', named(schemas, typeOf))}\n${components('responses', named(responses, answerType))}\n}`,
    '',
  ].join('\n\n')
}
