import { html } from 'hono/html'
import {
  type Answer,
  type Described,
  nameOf,
  openapi,
  type Parameter,
  type Schema,
} from './document.ts'
import { inline, type Piece, prose } from './page.ts'
import { fieldTable, typeOf } from './schema-view.ts'

/** An operation with its route. */
export interface Routed {
  readonly method: string
  readonly path: string
  readonly operation: Described
}

const resolved = (parameter: Parameter): Parameter =>
  (parameter.$ref && openapi.components.parameters[nameOf(parameter.$ref)]) || parameter

const answerOf = (answer: Answer): Answer =>
  (answer.$ref && openapi.components.responses[nameOf(answer.$ref)]) || answer

const parameterTable = (parameters: readonly Parameter[], of: string): Piece => {
  if (parameters.length === 0) return html``
  return html`<h4>Parameters</h4>
<div class="wide"><table aria-label="Parameters of ${of}">
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map(
    ({ name, in: place, required = false, schema, description = '' }) =>
      html`<tr><th scope="row"><code>${name}</code>${required ? html` <span class="soft">required</span>` : ''}</th><td>${place}</td><td>${typeOf(schema)}</td><td>${inline(description)}</td></tr>`,
  )}</tbody></table></div>`
}

const bodyOf = ({ requestBody, operationId }: Described): Piece => {
  const [type = '', media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (media === undefined) return html``
  const optional = requestBody?.required === true ? '' : ', may be left out'
  return html`<h4>Body</h4><p class="soft"><code>${type}</code>${optional}</p>
${fieldTable(media.schema, `Body of ${operationId}`)}`
}

// `[type](/problems/type)`, as the document describes what a refusal may be.
const withLinks = (description: string): Piece =>
  html`${description.split(', ').map((part, i) => {
    const [, slug] = /^\[[a-z-]+\]\((\/problems\/[a-z-]+)\)$/.exec(part) ?? []
    const comma = i === 0 ? '' : ', '
    const text = slug?.slice('/problems/'.length)
    return slug === undefined
      ? html`${comma}${inline(part)}`
      : html`${comma}<a href="${slug}">${text}</a>`
  })}`

const answerRow = ([status, reference]: readonly [string, Answer]): Piece => {
  const { description, content = {} } = answerOf(reference)
  const isProblem = 'application/problem+json' in content
  const shapes = isProblem ? [] : Object.entries(content)
  return html`<tr><th scope="row">${status}</th><td>${withLinks(description)}</td><td>${shapes.map(
    ([type, { schema }]) => html`<p>${typeOf(schema)} <span class="soft">${type}</span></p>`,
  )}</td></tr>`
}

const exampleValue = (schema: Schema, depth = 0): unknown => {
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.const !== undefined) return schema.const
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'array') return depth > 2 ? [] : [exampleValue(schema.items ?? {}, depth + 1)]
  if (schema.type === 'object') {
    const names = Object.keys(schema.properties ?? {}).filter((n) => schema.required?.includes(n))
    return Object.fromEntries(
      names.map((n) => [n, exampleValue(schema.properties?.[n] ?? {}, depth + 1)]),
    )
  }
  return '…'
}

// What no example can be made of comes from a file.
const dataOption = (example: unknown): string =>
  typeof example === 'object'
    ? `-d '${JSON.stringify(example).replaceAll("'", "'\\''")}'`
    : '-d @document.json'

const curlOf = ({ method, path, operation }: Routed): string => {
  const { security, requestBody } = operation
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const required = (operation.parameters ?? []).map(resolved)
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"$GATEHOUSE${path}"`,
    ...(security.some((each) => 'bearer' in each)
      ? [`-H @<(printf 'Authorization: Bearer %s' "$TOKEN")`]
      : []),
    ...(required.some(({ name, required: must }) => name === 'If-Match' && must === true)
      ? [`-H 'If-Match: "1"'`]
      : []),
    ...(type === 'application/json' && media !== undefined
      ? [`-H 'Content-Type: application/json'`, dataOption(exampleValue(media.schema))]
      : []),
    ...(type === 'application/x-www-form-urlencoded'
      ? (media?.schema.required ?? []).map((name) => `-d '${name}=…'`)
      : []),
  ]
  return lines.join(' \\\n  ')
}

/** An operation with everything that can be said of it. */
export const operationView = (routed: Routed): Piece => {
  const { method, path, operation } = routed
  const { operationId, summary, description, parameters = [], responses } = operation
  return html`<section aria-labelledby="${operationId}">
<h3 id="${operationId}"><a href="#${operationId}">${summary}</a></h3>
<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></p>
${description === undefined ? '' : prose(description)}
${parameterTable(parameters.map(resolved), operationId)}
${bodyOf(operation)}
<h4>Answers</h4>
<div class="wide"><table aria-label="Answers of ${operationId}">
<thead><tr><th scope="col">Status</th><th scope="col">Meaning</th><th scope="col">Content</th></tr></thead>
<tbody>${Object.entries(responses).map(answerRow)}</tbody></table></div>
<h4>Example</h4>
<pre tabindex="0"><code>${curlOf(routed)}</code></pre>
</section>`
}
