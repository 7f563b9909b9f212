import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** How an issuer misbehaves: it gets the answer it should have given and does something else. */
export type Fault = (request: IncomingMessage, response: ServerResponse, honest: string) => void

const JSON_TYPE = 'application/json'

/** Answers with a status and a small JSON body. */
export function status(code: number): Fault {
  return (_, response) => reply(response, code, '{"error":"told to fail"}')
}

/** Breaks the connection before answering. */
export function refuse(): Fault {
  return (request) => void request.socket.destroy()
}

/** Breaks the connection in the middle of the honest body. */
export function cut(): Fault {
  return (request, response, honest) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    response.write(honest.slice(0, Math.ceil(honest.length / 2)))
    setTimeout(() => request.socket.destroy(), 20)
  }
}

/** Accepts the request and never answers. */
export function hang(): Fault {
  return () => {}
}

/** Answers honestly, but only after a while. */
export function delay(milliseconds: number): Fault {
  return (_, response, honest) => {
    setTimeout(() => reply(response, 200, honest), milliseconds)
  }
}

/** Sends the honest body one byte at a time. */
export function drip(millisecondsPerByte = 1000): Fault {
  return (_, response, honest) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    let sent = 0
    const timer = setInterval(() => {
      if (sent === honest.length) response.end()
      else response.write(honest.charAt(sent++))
    }, millisecondsPerByte)
    response.on('close', () => clearInterval(timer))
  }
}

/** Redirects to `location` with 301, 302, 303, 307 or 308. */
export function redirect(location: string, code = 302): Fault {
  return (_, response) => {
    response.writeHead(code, { location })
    response.end()
  }
}

/** Answers 200 with any body; the usual suspects are in `garbage`. */
export function body(text: string | Uint8Array, contentType = JSON_TYPE): Fault {
  return (_, response) => reply(response, 200, text, { 'content-type': contentType })
}

export const garbage = {
  text: body('}{ not JSON'),
  html: body('<!doctype html><title>Sign in</title><form>…</form>', 'text/html'),
  empty: body(''),
  null: body('null'),
  array: body('[]'),
  keysObject: body('{"keys":{}}'),
  noKeys: body('{"keys":[]}'),
}

/** Answers the honest document, padded with spaces to more than `bytes`. */
export function oversize(bytes = 65_537): Fault {
  return (_, response, honest) => reply(response, 200, padded(honest, bytes))
}

/** Sends the beginning of the honest document and then spaces for ever. */
export function endless(): Fault {
  const spaces = Buffer.alloc(16_384, ' ')
  return (_, response, honest) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    const pour = (): void => {
      while (!response.destroyed && response.write(spaces));
    }
    response.on('drain', pour)
    response.write(honest.slice(0, -1))
    pour()
  }
}

/** Answers the honest document padded to 50 MB, in some 50 KB of gzip. */
export function gzipBomb(): Fault {
  return (_, response, honest) => {
    const bomb = gzipSync(padded(honest, 50_000_000), { level: 9 })
    reply(response, 200, bomb, { 'content-encoding': 'gzip' })
  }
}

/** Ends a response with a body and headers. */
export function reply(
  response: ServerResponse,
  code: number,
  text: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(code, { 'content-type': JSON_TYPE, ...headers })
  response.end(text)
}

function padded(honest: string, bytes: number): string {
  return `${honest.slice(0, -1)}${' '.repeat(bytes)}${honest.slice(-1)}`
}
