import { html, raw } from 'hono/html'
import { style } from './style.ts'

/** A piece of a page, escaped. */
export type Piece = ReturnType<typeof html>

/** A text with `code` in backticks and paragraphs, escaped. */
export const prose = (text: string): Piece =>
  html`${text.split('\n\n').map((part) => html`<p>${inline(part)}</p>`)}`

/** A text with `code` in backticks, escaped. */
export const inline = (text: string): Piece =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`

const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))

// Nothing runs and nothing is loaded: what an attacker might smuggle into a page stays text.
const policyOf = async (): Promise<string> => {
  const hash = toBase64(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style)))
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

let policy: string | undefined

/** Writes a whole page. */
export const writePage = async (title: string, body: Piece): Promise<string> => {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Gatehouse</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`
  return page.toString()
}

/** A page as an answer. */
export const pageReply = async (page: string): Promise<Response> => {
  policy ??= await policyOf()
  return new Response(page, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=300',
      vary: 'accept',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    },
  })
}
