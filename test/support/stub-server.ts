import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What somebody asked of a stub. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly authorization: string | undefined
}

/** What a stub answers; `hang` never answers, `drop` hangs up. */
export type StubAnswer =
  | 'hang'
  | 'drop'
  | {
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }

/** A server on loopback that answers as it is told and remembers what it was asked. */
export interface StubServer {
  readonly url: string
  readonly asked: Asked[]
  close(): Promise<void>
}

/** Starts a stub; `answer` gets each request and the number of those before it. */
export const startStubServer = async (
  answer: (asked: Asked, before: number) => StubAnswer | Promise<StubAnswer>,
): Promise<StubServer> => {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub')
    const seen: Asked = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
      authorization: request.headers.authorization,
    }
    const given = await answer(seen, asked.push(seen) - 1)
    if (given === 'hang') return
    if (given === 'drop') return void request.socket.destroy()
    const text = typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {})
    response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
