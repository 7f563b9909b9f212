import { ProtocolError } from './errors.ts'
import type { SqlValue } from './native.ts'

/** A SQLite value as Hrana writes it in JSON. */
export type HranaValue =
  | { readonly type: 'null' }
  | { readonly type: 'integer'; readonly value: string }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'blob'; readonly base64: string }

const NULL: HranaValue = { type: 'null' }
const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 63n - 1n

/** Writes a value of SQLite as JSON; bigint becomes an integer, number a float. */
export function encodeValue(value: SqlValue): HranaValue {
  if (value === null) return NULL
  if (typeof value === 'string') return { type: 'text', value }
  if (typeof value === 'bigint') return { type: 'integer', value: value.toString() }
  // An infinity becomes null in JSON, which is what the real server sends as well.
  if (typeof value === 'number') return { type: 'float', value }
  return {
    type: 'blob',
    base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
  }
}

/** Reads a value that a client sent. Throws ProtocolError for any other shape. */
export function decodeValue(input: unknown): SqlValue {
  const { type, value, base64 } = (input ?? {}) as Record<string, unknown>
  if (type === 'null') return null
  if (type === 'text' && typeof value === 'string') return value
  if (type === 'float' && typeof value === 'number') return value
  if (type === 'integer' && typeof value === 'string') return decodeInteger(value)
  if (type === 'blob' && typeof base64 === 'string') return decodeBlob(base64)
  throw new ProtocolError('Cannot deserialize client message from JSON: not a value')
}

function decodeInteger(text: string): bigint {
  if (!/^[+-]?\d{1,19}$/.test(text)) throw outOfRange()
  const value = BigInt(text)
  if (value < MIN_INTEGER || value > MAX_INTEGER) throw outOfRange()
  return value
}

function outOfRange(): ProtocolError {
  return new ProtocolError('Cannot deserialize client message from JSON: not a 64-bit integer')
}

function decodeBlob(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new ProtocolError('Cannot deserialize client message from JSON: not base64')
  }
  return Buffer.from(text, 'base64')
}
