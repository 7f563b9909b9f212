import type { Json } from './json.ts'

// By what a member is called, whatever its value is (AC-397) …
const secretName =
  /secret|password|token$|assertion|authorization|private|wrapped|hash|pepper|^(?:d|p|q|dp|dq|qi|k)$/i
// … and by what a text looks like, whatever it is called: ours, JWTs, PEM keys.
const secretText =
  /gth[st]_[0-9A-Za-z]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----/
// Credentials of a header: words can look like them, so that only they are taken out of a text.
const credentials = /\b(Basic|Bearer)\s+\S{8,}/gi

// What members are called here is told by tokens of others. Whoever writes a policy must not choose
// what the trail hides of it, by the name of a claim.
const claimMembers: ReadonlySet<string> = new Set(['bound_claims', 'examples'])

const redacted = '[redacted]'
const maxText = 1024

/** A text without what must not be written down. */
export const redactText = (text: string): string => {
  if (secretText.test(text)) return redacted
  const clean = text.replace(credentials, `$1 ${redacted}`)
  return clean.length > maxText ? `${clean.slice(0, maxText)}…` : clean
}

type Naming = 'ours' | 'claims'

const isNamedSecret = (name: string, value: unknown): boolean =>
  secretName.test(name) && value !== null && typeof value !== 'boolean'

const redactMember = (naming: Naming, name: string, value: unknown): Json => {
  if (naming === 'claims' || claimMembers.has(name)) return redactIn('claims', value)
  return isNamedSecret(name, value) ? redacted : redactIn('ours', value)
}

const redactIn = (naming: Naming, value: unknown): Json => {
  if (typeof value === 'string') return redactText(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((each) => redactIn(naming, each))
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return redacted
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(
    members.map(([name, each], index) => [
      // Two of them must not become one.
      secretText.test(name) ? `${redacted} ${index + 1}` : redactText(name),
      redactMember(naming, name, each),
    ]),
  )
}

/** A copy of a value without what must not be written down: secrets, tokens, keys, bytes (R37). */
export const redact = (value: unknown): Json => redactIn('ours', value)
