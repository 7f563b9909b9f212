import fc from 'fast-check'

/** A JSON Schema (2020-12), as far as ours go. */
export type Schema = Readonly<Record<string, unknown>>

type Arb = fc.Arbitrary<unknown>

const maxDepth = 4

/** Follows `#/…` in the document that a schema is part of. */
export const pointed = (root: Schema, ref: string): Schema =>
  ref
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (at as Schema)[part], root) as Schema

const numbers = (schema: Schema): Arb => {
  const min = Number(schema.minimum ?? schema.exclusiveMinimum ?? -1e6)
  const max = Number(schema.maximum ?? schema.exclusiveMaximum ?? 1e6)
  if (schema.type === 'integer') return fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
  return fc.double({ min, max, noNaN: true })
}

const formats: Readonly<Record<string, Arb>> = {
  'date-time': fc
    .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  uri: fc.webUrl(),
  email: fc.emailAddress(),
  uuid: fc.uuid(),
}

const strings = (schema: Schema): Arb => {
  const { format, pattern, minLength = 0, maxLength } = schema
  const format_ = typeof format === 'string' ? formats[format] : undefined
  if (format_ !== undefined) return format_
  const limits = { minLength: Number(minLength), maxLength: Math.min(Number(maxLength ?? 40), 60) }
  const fits = (text: unknown) =>
    String(text).length >= limits.minLength && String(text).length <= Number(maxLength ?? 1e6)
  if (typeof pattern === 'string') {
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' }).filter(fits)
  }
  return fc.oneof(
    fc.string({ ...limits, size: 'small' }),
    fc.string({ ...limits, unit: 'binary', size: 'small' }),
  )
}

const anything: Arb = fc.jsonValue({ maxDepth: 2, noUnicodeString: false } as never)

const objects = (schema: Schema, root: Schema, depth: number): Arb => {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const required = (schema.required ?? []) as string[]
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, arbitraryOf(inner, root, depth + 1)]),
  )
  const known = fc.record(model, { requiredKeys: required.filter((name) => name in model) })
  const { additionalProperties: more } = schema
  if (more === false || more === undefined) return known
  const value = more === true ? anything : arbitraryOf(more as Schema, root, depth + 1)
  const names = fc.stringMatching(/^[a-z_]{1,12}$/)
  const further = fc.dictionary(names, value, { maxKeys: 3 })
  return fc.tuple(further, known).map(([extra, own]) => ({ ...extra, ...(own as object) }))
}

const arrays = (schema: Schema, root: Schema, depth: number): Arb => {
  const items = arbitraryOf((schema.items ?? {}) as Schema, root, depth + 1)
  const minLength = Number(schema.minItems ?? 0)
  const maxLength = Math.max(minLength, Math.min(Number(schema.maxItems ?? 3), 3))
  return fc.array(items, { minLength, maxLength })
}

const alternatives = (options: readonly Schema[], root: Schema, depth: number): Arb => {
  const shallow = options.filter((option) => option.$ref === undefined && option.type !== 'object')
  const chosen = depth > maxDepth && shallow.length > 0 ? shallow : options
  return fc.oneof(...chosen.map((option) => arbitraryOf(option, root, depth + 1)))
}

const ofType = (type: unknown, schema: Schema, root: Schema, depth: number): Arb => {
  if (type === 'string') return strings(schema)
  if (type === 'integer' || type === 'number') return numbers({ ...schema, type })
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') return depth > maxDepth + 2 ? fc.constant([]) : arrays(schema, root, depth)
  if (type === 'object') return objects(schema, root, depth)
  return anything
}

/** Makes values that a schema accepts; `root` is what its references lead into. */
export function arbitraryOf(schema: Schema, root: Schema = schema, depth = 0): Arb {
  if (typeof schema.$ref === 'string') {
    if (depth > maxDepth + 4) return fc.constant('deep')
    return arbitraryOf(pointed(root, schema.$ref), root, depth + 1)
  }
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  const options = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined
  if (options !== undefined) return alternatives(options, root, depth)
  if (Array.isArray(schema.allOf)) {
    const merged = Object.assign({}, ...(schema.allOf as Schema[]), { ...schema, allOf: undefined })
    return arbitraryOf(merged, root, depth + 1)
  }
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => ofType(type, schema, root, depth)))
  }
  const implied = schema.properties === undefined ? undefined : 'object'
  return ofType(schema.type ?? implied, schema, root, depth)
}

/** Values that are wrong nearly everywhere. */
export const strange: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e21,
  '',
  ' ',
  'x'.repeat(2000),
  'a\u0000b',
  '\u202eabc',
  'e\u0301',
  '../x',
  '/acme/../globex',
  '/',
  '//',
  'sa_0',
  'role_owner',
  'ns_root',
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  'https://[::1]/',
  'https://user:pw@x.test/',
  'https://xn--.test',
  'https://x.test:99999/',
  'javascript:1',
  '%00',
  '"',
  "'; DROP TABLE namespaces; --",
  [],
  [null],
  {},
  { $ref: '#' },
  { toString: 1 },
]
