import type { KeySetCopies, KeySetCopy } from '../../core/key-set-copies.ts'
import type { Seal } from '../../core/seal.ts'
import { within } from '../../patience.ts'
import type { KeyValueStore } from './replay-kv.ts'

// As long as a stale set may serve (R26); KV forgets it afterwards.
const ttlSeconds = 3600

// A cold read of KV crosses the world; a fetch from the issuer takes no longer.
const patienceMs = 250

const name = (key: string): string => `keys:${key}`

/** Copies of key sets in KV, each tagged together with the issuer object it belongs to. */
export const createKeySetCopies = (kv: KeyValueStore | undefined, seal: Seal): KeySetCopies => ({
  async read(key) {
    try {
      const asked = kv?.get(name(key)) ?? Promise.resolve(null)
      const value = (await within(patienceMs, asked, () => null)) ?? ''
      const dot = value.indexOf('.')
      const text = value.slice(dot + 1)
      const authentic = dot > 0 && (await seal.check(value.slice(0, dot), 'keys', key, text))
      return authentic ? (JSON.parse(text) as KeySetCopy) : undefined
    } catch {
      return undefined
    }
  },
  async write(key, copy) {
    const text = JSON.stringify(copy)
    try {
      const value = `${await seal.tag('keys', key, text)}.${text}`
      await kv?.put(name(key), value, { expirationTtl: ttlSeconds })
    } catch {
      // The set stays in this isolate's memory.
    }
  },
})
