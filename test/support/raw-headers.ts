import { request } from 'node:http'

/** Sends a GET with headers as they are written, repeated ones included; names and values in turn. */
export const rawHeaders = (
  url: string,
  target: string,
  headers: readonly string[],
): Promise<{ readonly status: number; readonly challenge: string; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(url)
    const sent = request({
      hostname,
      port,
      path: target,
      agent: false,
      headers: ['Host', host, ...headers],
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          challenge: response.headers['www-authenticate'] ?? '',
          body,
        }),
      )
    })
    sent.end()
  })
