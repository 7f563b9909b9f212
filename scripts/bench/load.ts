import { connect, type Socket } from 'node:net'

/** What came of a load; times in milliseconds. */
export interface LoadResult {
  readonly requests: number
  readonly failures: number
  readonly firstFailure: string | null
  readonly elapsedMs: number
  /** In the order of the requests. */
  readonly latencies: Float64Array
}

const headEnd = Buffer.from('\r\n\r\n')

/** A whole HTTP/1.1 request to the admin API, with its token; `body` is JSON. */
export const adminRequest = (
  method: 'GET' | 'PATCH',
  url: string,
  { token, body }: { readonly token: string; readonly body?: object },
): Buffer => {
  const { host, pathname, search } = new URL(url)
  const text = body === undefined ? '' : JSON.stringify(body)
  return Buffer.from(
    `${method} ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n` +
      (body === undefined ? '' : 'Content-Type: application/json\r\n') +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}

/** A whole HTTP/1.1 GET by who brings a token. */
export const bearerRequest = (url: string, token: string): Buffer => {
  const { host, pathname, search } = new URL(url)
  return Buffer.from(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
}

/** A whole HTTP/1.1 request to an endpoint, made before the clock starts. */
export const postRequest = (
  endpoint: string,
  { form, authorization }: { readonly form: string; readonly authorization?: string },
): Buffer => {
  const { host, pathname } = new URL(endpoint)
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\n` +
      (authorization === undefined ? '' : `Authorization: ${authorization}\r\n`) +
      'Content-Type: application/x-www-form-urlencoded\r\n' +
      `Content-Length: ${Buffer.byteLength(form)}\r\n\r\n${form}`,
  )
}

/** Reads one response: its status once it is whole, or null while it is not. */
const readStatus = (data: Buffer): number | null => {
  const end = data.indexOf(headEnd)
  if (end < 0) return null
  const head = data.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return data.length >= end + 4 + Number(length) ? status : null
  return data.toString('latin1', data.length - 5) === '0\r\n\r\n' ? status : null
}

interface Run {
  next: number
  failures: number
  firstFailure: string | null
  readonly requests: readonly Buffer[]
  readonly status: number
  readonly latencies: Float64Array
}

// One request at a time per connection: what a caller that waits for its answer does.
const drive = (socket: Socket, run: Run): Promise<void> =>
  new Promise((resolve, reject) => {
    let startedAt = 0
    let index = 0
    let received: Buffer = Buffer.alloc(0)
    const send = (): void => {
      index = run.next++
      const request = run.requests[index]
      if (request === undefined) {
        socket.destroy()
        resolve()
        return
      }
      startedAt = performance.now()
      socket.write(request)
    }
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const status = readStatus(received)
      if (status === null) return
      run.latencies[index] = performance.now() - startedAt
      if (status !== run.status) {
        run.failures++
        run.firstFailure ??= received.toString('latin1').slice(0, 600)
      }
      received = Buffer.alloc(0)
      send()
    })
    socket.once('error', reject)
    send()
  })

const open = (url: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => {
      socket.setNoDelay(true)
      resolve(socket)
    })
    socket.once('error', reject)
  })

/**
 * Sends each request once over `connections` keep-alive connections, and counts an answer of another
 * status as a failure. A generator of our own: on a machine of two cores a heavier one would be what
 * is measured.
 */
export const load = async (
  url: string,
  requests: readonly Buffer[],
  { connections, status = 200 }: { readonly connections: number; readonly status?: number },
): Promise<LoadResult> => {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)))
  const run: Run = {
    next: 0,
    failures: 0,
    firstFailure: null,
    requests,
    status,
    latencies: new Float64Array(requests.length),
  }
  const startedAt = performance.now()
  await Promise.all(sockets.map((socket) => drive(socket, run)))
  return {
    requests: requests.length,
    failures: run.failures,
    firstFailure: run.firstFailure,
    elapsedMs: performance.now() - startedAt,
    latencies: run.latencies,
  }
}
