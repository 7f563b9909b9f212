import { makeWorker } from '../src/worker.ts'

// The development entry: admits issuers on loopback. It is never deployed, and no variable of the
// environment turns its freedoms on.
export default makeWorker({ loopback: true, clock: Date.now })
