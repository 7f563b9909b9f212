import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// KV's HTTP protocol over a map, as workerd speaks it to the service behind a KV binding. A process
// of its own: KV's work must not count as the Worker's, as it does not in production.
const entries = new Map<string, string>()
let reads = 0
let writes = 0

const server = createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (request.method === 'PUT') {
    let value = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      value += chunk
    })
    request.on('end', () => {
      writes++
      entries.set(path, value)
      response.writeHead(200, { 'content-length': 0 }).end()
    })
    return
  }
  reads++
  const value = entries.get(path)
  if (value === undefined) response.writeHead(404, { 'content-length': 0 }).end()
  else response.end(value)
})

server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  process.send?.({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('message', () => process.send?.({ reads, writes }))
process.on('disconnect', () => process.exit())
