import type { Context } from 'hono'
import { html } from 'hono/html'
import { prefersHtml } from '../accept.ts'
import type { HttpEnv } from '../env.ts'
import { type ProblemType, problemTypes } from '../problem-types.ts'
import { jsonReply } from '../reply.ts'
import { inline, type Piece, pageReply, writePage } from './page.ts'
import { problemWords } from './problem-words.ts'

const kept = { 'cache-control': 'public, max-age=300', vary: 'accept' }

const types = Object.keys(problemTypes).toSorted() as ProblemType[]

const isType = (slug: string): slug is ProblemType => Object.hasOwn(problemTypes, slug)

const describe = (type: ProblemType) => {
  const [status, title] = problemTypes[type]
  return { type: `/problems/${type}`, title, status, ...problemWords[type] }
}

const exampleOf = (type: ProblemType): string => {
  const { meaning: _m, remedy: _r, ...head } = describe(type)
  return JSON.stringify({ ...head, detail: 'what was wrong, in one sentence' }, null, 2)
}

const pageOf = (type: ProblemType): Piece => {
  const { title, status, meaning, remedy } = describe(type)
  return html`<main class="narrow">
<p><a href="/problems">All problems</a> · <a href="/docs">Reference</a></p>
<h1>${title}</h1>
<p class="soft">Status ${status}, <code>/problems/${type}</code></p>
<h2>What it means</h2>
<p>${inline(meaning)}</p>
<h2>What to do next</h2>
<p>${inline(remedy)}</p>
<h2>What it looks like</h2>
<pre tabindex="0"><code>HTTP/1.1 ${status}
Content-Type: application/problem+json

${exampleOf(type)}</code></pre>
</main>`
}

const row = (type: ProblemType): Piece => {
  const { title, status, meaning } = describe(type)
  return html`<tr><td>${status}</td><td><a href="/problems/${type}">${title}</a></td><td>${inline(meaning)}</td></tr>`
}

const index = (): Piece => html`<main class="narrow">
<p><a href="/docs">Reference</a></p>
<h1>Problems</h1>
<p>What an error of the admin API means, and how to mend it. The <code>type</code> of a problem document is the address of its page.</p>
<div class="wide"><table>
<thead><tr><th scope="col">Status</th><th scope="col">Problem</th><th scope="col">What it means</th></tr></thead>
<tbody>${types.map(row)}</tbody>
</table></div>
</main>`

const wantsPage = (c: Context<HttpEnv>): boolean => prefersHtml(c.req.header('accept'))

/** `GET /problems`: every type of problem. */
export const problemIndex = async (c: Context<HttpEnv>): Promise<Response> => {
  if (!wantsPage(c)) return jsonReply(200, { data: types.map(describe) }, kept)
  return pageReply(await writePage('Problems', index()))
}

/** `GET /problems/{slug}`: what one type of problem means, and what to do next. */
export const problemPage = async (c: Context<HttpEnv>): Promise<Response> => {
  const slug = c.req.param('slug') ?? ''
  if (!isType(slug)) return jsonReply(404, { error: 'not_found' })
  if (!wantsPage(c)) return jsonReply(200, describe(slug), kept)
  return pageReply(await writePage(problemTypes[slug][1], pageOf(slug)))
}
