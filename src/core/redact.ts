import type { Json } from './json.ts'

// By what a member is called, whatever its value is (AC-397) …
const secretName =
  /secret|password|token$|assertion|authorization|private|wrapped|hash|pepper|^(?:d|p|q|dp|dq|qi|k)$/i
// … and by what a text looks like, whatever it is called: ours, JWTs, PEM keys.
const secretText =
  /gth[st]_[0-9A-Za-z]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----/

const redacted = '[redacted]'
const maxText = 1024

const ofText = (text: string): string => {
  if (secretText.test(text)) return redacted
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text
}

/** A copy of a value without what must not be written down: secrets, tokens, keys, bytes (R37). */
export const redact = (value: unknown): Json => {
  if (typeof value === 'string') return ofText(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return redacted
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(
    members.map(([name, each]) => [
      name,
      secretName.test(name) && each !== null && typeof each !== 'boolean' ? redacted : redact(each),
    ]),
  )
}
