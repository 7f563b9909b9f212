import type { Answer } from './answer.ts'

/** An answer as a standard `Response`. */
export const responseOf = ({ status, headers, body }: Answer): Response =>
  new Response(JSON.stringify(body), { status, headers })
