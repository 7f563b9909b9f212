/** A table of one line. Its fields are ids, times and secrets of ours: none needs quoting. */
export interface Csv {
  /** Of the file, without extension. */
  readonly name: string
  readonly header: readonly string[]
  readonly line: readonly string[]
}

/** Makes an answer to be saved as a file (RFC 4180). */
export const csvReply = (
  status: number,
  { name, header, line }: Csv,
  headers: Readonly<Record<string, string>>,
): Response =>
  new Response(`${header.join()}\n${line.join()}\n`, {
    status,
    headers: {
      'x-content-type-options': 'nosniff',
      ...headers,
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.csv"`,
    },
  })
