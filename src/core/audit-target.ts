import type { JsonObject } from './json.ts'
import { redactText } from './redact.ts'

const types: Readonly<Record<string, string>> = {
  ns: 'namespace',
  rs: 'resource_server',
  role: 'role',
  grp: 'group',
  rb: 'role_binding',
  iss: 'issuer',
  sa: 'service_account',
  tp: 'trust_policy',
  sec: 'secret',
  key: 'key',
  tok: 'token',
  sub: 'subscription',
  ntc: 'notice',
  pc: 'pending_change',
  pair: 'pairing_code',
  dec: 'decision',
  evt: 'audit_event',
  cli: 'client',
}

const typeOf = (id: string): string | null => {
  const prefix = id.slice(0, id.indexOf('_'))
  return Object.hasOwn(types, prefix) ? (types[prefix] ?? null) : null
}

const shapeOfIds = /^[a-z]+_[0-9a-z]{1,40}$/
// RFC 7638: a thumbprint of 256 bits.
const shapeOfKids = /^[\w-]{43}$/

const namesSomething = (text: string): boolean =>
  shapeOfIds.test(text)
    ? typeOf(text) !== null
    : shapeOfKids.test(text) && redactText(text) === text

/** Of what a caller put into a path, what it is about; whatever is no id of ours could be a secret. */
export const targetAmong = (segments: readonly string[]): string | null =>
  segments.findLast(namesSomething) ?? null

/** A target as an event shows it. */
export const targetToWire = (id: string | null): JsonObject | null =>
  id === null ? null : { type: typeOf(id) ?? 'signing_key', id }
