/** Headers of every answer that must not be kept (RFC 6749 §5.1). */
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

/**
 * Makes a JSON answer. One place for what all of them carry, and built in one go: a header that is
 * set afterwards costs a tenth of an exchange's JavaScript.
 */
export const jsonReply = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = noStore,
): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })

/** Makes an answer without a body. */
export const emptyReply = (status: number, headers: Readonly<Record<string, string>>): Response =>
  new Response(null, { status, headers: { 'x-content-type-options': 'nosniff', ...headers } })
