import { html } from 'hono/html'
import { nameOf, type Schema } from './document.ts'
import { inline, type Piece } from './page.ts'

const maxDepth = 4

const isNull = ({ type }: Schema): boolean => type === 'null'

const joined = (pieces: readonly Piece[], between: string): Piece =>
  html`${pieces.map((piece, i) => (i === 0 ? piece : html`${between}${piece}`))}`

const values = (all: readonly unknown[]): Piece =>
  joined(
    all.map((value) => html`<code>${JSON.stringify(value)}</code>`),
    ', ',
  )

const limitsOf = (schema: Schema): string => {
  const { minimum, maximum, maxLength, maxItems } = schema
  const bounded = minimum !== undefined && maximum !== undefined && maximum < 2 ** 40
  return [
    bounded ? `${minimum} to ${maximum}` : '',
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    maxItems === undefined ? '' : `at most ${maxItems}`,
  ]
    .filter((text) => text !== '')
    .join(', ')
}

const plainType = ({ type, additionalProperties }: Schema): Piece => {
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0) {
    return html`object of ${typeOf(additionalProperties)}`
  }
  if (type === undefined) return html`anything`
  return html`${typeof type === 'string' ? type : type.join(' or ')}`
}

/** What a value may be, in a few words, with links to the objects that have a name. */
export const typeOf = (schema: Schema): Piece => {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return joined(either.map(typeOf), ' or ')
  if (schema.const !== undefined) return values([schema.const])
  if (schema.enum !== undefined) return values(schema.enum)
  const limits = limitsOf(schema)
  const bounds = limits === '' ? '' : ` (${limits})`
  if (schema.type === 'array') return html`array of ${typeOf(schema.items ?? {})}${bounds}`
  return html`${plainType(schema)}${bounds}`
}

/** One member of an object, by its name from the root. */
interface Field {
  readonly name: string
  readonly required: boolean
  readonly schema: Schema
}

// An object that may be null is described by its members all the same.
const objectIn = (schema: Schema): Schema => {
  const solid = schema.anyOf?.filter((each) => !isNull(each)) ?? []
  const inner = solid.length === 1 ? solid[0] : undefined
  return schema.items ?? inner ?? schema
}

const fieldsOf = (schema: Schema, prefix = '', depth = 0): readonly Field[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const required = schema.required?.includes(name) ?? false
    const path = `${prefix}${name}`
    const own: Field = { name: path, required, schema: member }
    const inner = objectIn(member)
    const below = depth < maxDepth ? fieldsOf(inner, `${path}.`, depth + 1) : []
    return [own, ...below]
  })

const saysDefault = ({ default: value }: Schema): Piece =>
  value === undefined
    ? html``
    : html` <span class="soft">Default: <code>${JSON.stringify(value)}</code></span>`

/** The members of an object as a table. */
export const fieldTable = (schema: Schema, caption: string): Piece => {
  const fields = fieldsOf(objectIn(schema))
  if (fields.length === 0) return html`<p>${typeOf(schema)}</p>`
  return html`<div class="wide"><table aria-label="${caption}">
<thead><tr><th scope="col">Member</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${fields.map(
    ({ name, required, schema: each }) =>
      html`<tr><th scope="row"><code>${name}</code>${required ? html` <span class="soft">required</span>` : ''}</th><td>${typeOf(each)}</td><td>${inline(each.description ?? '')}${saysDefault(each)}</td></tr>`,
  )}</tbody></table></div>`
}
