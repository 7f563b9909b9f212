import { html } from 'hono/html'
import { openapi } from './document.ts'
import { operationView, type Routed } from './operation-view.ts'
import { type Piece, pageReply, prose, writePage } from './page.ts'
import { fieldTable } from './schema-view.ts'

const everything: readonly Routed[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
)

const collections = openapi.tags.map(({ name }) => ({
  name,
  operations: everything.filter(({ operation }) => operation.tags[0] === name),
}))

const titleOf = (name: string): string => {
  const words = name.replaceAll('-', ' ')
  return words === 'oauth' ? 'OAuth' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

const contents = (): Piece => html`<nav aria-label="Contents">
<p><a href="/openapi.json">openapi.json</a> · <a href="/problems">Problems</a></p>
${collections.map(
  ({ name, operations }) =>
    html`<details open><summary>${titleOf(name)}</summary><ul>${operations.map(
      ({ operation }) =>
        html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`,
    )}</ul></details>`,
)}
<p><a href="#objects">Objects</a></p>
</nav>`

const objects = (): Piece => html`<h2 id="objects">Objects</h2>
${Object.entries(openapi.components.schemas).map(
  ([name, schema]) => html`<section aria-labelledby="schema-${name}">
<h3 id="schema-${name}"><a href="#schema-${name}">${name}</a></h3>
${schema.description === undefined ? '' : prose(schema.description)}
${fieldTable(schema, `Members of ${name}`)}
</section>`,
)}`

const body = (): Piece => html`<a class="skip" href="#main">Skip to the content</a>
<div class="columns">
${contents()}
<main id="main">
<h1>${openapi.info.title} ${openapi.info.version}</h1>
${prose(openapi.info.description)}
${collections.map(
  ({ name, operations }) => html`<h2 id="${name}">${titleOf(name)}</h2>
${operations.map(operationView)}`,
)}
${objects()}
</main>
</div>`

// It says the same until the next release: written once by an isolate, in some milliseconds.
let page: string | undefined

/** `GET /docs`: the reference, as a page that needs nothing else. */
export const docsPage = async (): Promise<Response> => {
  page ??= await writePage('Reference', body())
  return pageReply(page)
}
