// KV's HTTP protocol over a map, as workerd speaks it to the service behind a KV binding.
const entries = new Map()
let reads = 0
let writes = 0

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/__counts') return Response.json({ reads, writes })
    if (request.method === 'PUT') {
      writes++
      entries.set(pathname, await request.text())
      return new Response()
    }
    reads++
    const value = entries.get(pathname)
    return value === undefined ? new Response(null, { status: 404 }) : new Response(value)
  },
}
