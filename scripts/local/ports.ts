import { createServer } from 'node:net'

/** Whether a port of 127.0.0.1 can be listened on; 0 finds a free one. */
export const tryPort = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })

/** Reads `--port`; says what a port is when it is none. */
export const readPort = (text: string): number => {
  const port = Number(text)
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port
  throw new Error(`--port must be a number from 0 to 65535, not ${JSON.stringify(text)}`)
}
