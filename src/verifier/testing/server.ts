/** A server on this machine. */
export interface LocalServer {
  /** `http://127.0.0.1:` and the port that was free. */
  readonly url: string
  close(): Promise<void>
}

interface Incoming extends AsyncIterable<Uint8Array> {
  readonly method?: string
  readonly url?: string
  readonly rawHeaders: readonly string[]
}

interface Outgoing {
  writeHead(status: number, headers: Readonly<Record<string, string>>): this
  end(body: Uint8Array): void
}

interface NodeServer {
  listen(port: number, host: string, ready: () => void): void
  address(): { readonly port: number }
  close(done: () => void): void
  closeAllConnections(): void
}

interface NodeHttp {
  createServer(listener: (incoming: Incoming, outgoing: Outgoing) => void): NodeServer
}

type Answer = (request: Request) => Promise<Response>

/** Serves `answer` on a free port. Node, Deno and Bun have the server; Workers has not. */
export const serveLocally = async (answer: Answer): Promise<LocalServer> => {
  // Named at run time, so that bundles for Workers do not look for it.
  const name = 'node:http'
  const { createServer } = (await import(name)) as NodeHttp
  const server = createServer((incoming, outgoing) => {
    respond(answer, incoming, outgoing).catch(() => outgoing.writeHead(500, {}).end(nothing))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(done))
    },
  }
}

const nothing = new Uint8Array()

const respond = async (answer: Answer, incoming: Incoming, outgoing: Outgoing): Promise<void> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', rawHeaders } = incoming
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as [string, string]] : [],
  )
  const body =
    method === 'GET' || method === 'HEAD' ? null : await new Blob(asParts(chunks)).bytes()
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  const response = await answer(new Request(url, { method, headers, body }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(new Uint8Array(await response.arrayBuffer()))
}

const asParts = (chunks: readonly Uint8Array[]): BlobPart[] =>
  chunks.map((chunk) => new Uint8Array(chunk))
