import { makeWorker } from './worker.ts'

export default makeWorker({ loopback: false, clock: Date.now })
