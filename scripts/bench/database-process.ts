import { startHranaServer } from '../hrana/listen.ts'

// The database in its own process, as it is in production: its work must not count as the Worker's.
const server = await startHranaServer({ file: process.argv[2] ?? '' })
process.on('message', () => process.send?.({ requests: server.requests() }))
process.on('disconnect', () => process.exit())
process.send?.({ url: server.url })
