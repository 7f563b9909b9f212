import type { Bindings } from '../../src/compose.ts'
import type { KeyValueStore } from '../../src/store/exchange/replay-kv.ts'
import { makeWorker } from '../../src/worker.ts'

/** What a test can make go wrong, by `POST /__test` with some of these members. */
export interface Switches {
  /** Milliseconds by which this gateway's clock is wrong. */
  clockOffsetMs: number
  /**
   * `stale`: reads see nothing that was written since; `lying`: reads answer what nobody wrote;
   * `hanging`: nothing is ever answered.
   */
  kv: 'working' | 'empty' | 'stale' | 'throwing' | 'lying' | 'hanging' | 'put_429'
  limiter: 'working' | 'throwing' | 'hanging'
}

/** What this isolate has asked of the platform since it started; every `POST /__test` tells it. */
export interface Observed {
  /** The keys that KV was asked for, and those it was told. */
  readonly kvReads: string[]
  readonly kvWrites: string[]
  /** Checks of a signature under a public key. */
  signatureChecks: number
}

const switches: Switches = { clockOffsetMs: 0, kv: 'working', limiter: 'working' }
const observed: Observed = { kvReads: [], kvWrites: [], signatureChecks: 0 }

const faultyKv = (kv: KeyValueStore): KeyValueStore => ({
  async get(key) {
    observed.kvReads.push(key)
    if (switches.kv === 'throwing') throw new Error('KV is down')
    if (switches.kv === 'hanging') return new Promise(() => {})
    if (switches.kv === 'empty' || switches.kv === 'stale') return null
    return switches.kv === 'lying' ? 'c2VlbiwgYmVsaWV2ZSBtZQ' : kv.get(key)
  },
  async put(key, value, options) {
    observed.kvWrites.push(key)
    if (switches.kv === 'throwing') throw new Error('KV is down')
    if (switches.kv === 'hanging') return new Promise(() => {})
    if (switches.kv === 'put_429') throw new Error('KV PUT failed: 429 Too Many Requests')
    if (switches.kv !== 'empty') await kv.put(key, value, options)
  },
})

const faultyLimiter = (limiter: NonNullable<Bindings['FAILED_AUTH']>) => ({
  async limit(options: { key: string }) {
    if (switches.limiter === 'throwing') throw new Error('the limiter is down')
    if (switches.limiter === 'hanging') return new Promise<never>(() => {})
    return limiter.limit(options)
  },
})

const verify = crypto.subtle.verify.bind(crypto.subtle)

// Seals are HMACs too; only what a stranger signed counts.
crypto.subtle.verify = (algorithm, key, signature, data) => {
  if (key.algorithm.name !== 'HMAC') observed.signatureChecks += 1
  return verify(algorithm, key, signature, data)
}

const wrapped = new WeakMap<Bindings, Bindings>()

const withFaults = (bindings: Bindings): Bindings => {
  const known = wrapped.get(bindings)
  if (known) return known
  const made: Bindings = {
    ...bindings,
    ...(bindings.REPLAY && { REPLAY: faultyKv(bindings.REPLAY) }),
    ...(bindings.FAILED_AUTH && { FAILED_AUTH: faultyLimiter(bindings.FAILED_AUTH) }),
  }
  wrapped.set(bindings, made)
  return made
}

const worker = makeWorker({ loopback: false, clock: () => Date.now() + switches.clockOffsetMs })

interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

export default {
  scheduled: (event: unknown, bindings: Bindings, lifetime: Lifetime): Promise<void> =>
    worker.scheduled(event, withFaults(bindings), lifetime),

  async fetch(request: Request, bindings: Bindings, lifetime: Lifetime): Promise<Response> {
    if (new URL(request.url).pathname !== '/__test') {
      return worker.fetch(request, withFaults(bindings), lifetime)
    }
    Object.assign(switches, await request.json())
    return Response.json({ ...switches, observed })
  },
}
