/** Makes an answer of lines, each of which is JSON. */
export const ndjsonReply = (
  status: number,
  lines: readonly string[],
  headers: Readonly<Record<string, string>>,
): Response =>
  new Response(lines.map((line) => `${line}\n`).join(''), {
    status,
    headers: {
      'x-content-type-options': 'nosniff',
      ...headers,
      'content-type': 'application/x-ndjson',
    },
  })
