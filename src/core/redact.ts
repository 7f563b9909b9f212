import type { Json } from './json.ts'

// By what a member is called, whatever its value is (AC-397) …
const secretName =
  /secret|password|token$|assertion|authorization|private|wrapped|hash|pepper|^(?:d|p|q|dp|dq|qi|k)$/i
// … and by what a text looks like, whatever it is called: ours, of forges, JWTs, PEM keys.
const secretText =
  /gth[stp]_[0-9A-Za-z]{20,}|gh[oprsu]_[0-9A-Za-z]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----/
// Credentials of headers and URLs: words can look like them, so only they are taken out of a text.
const inHeader = /\b(Basic|Bearer)\s+\S{8,}/gi
const inUrl = /:\/\/[^\s/@:]*:[^\s/@]+@/g

// What members are called here is told by tokens of others. Whoever writes a policy must not choose
// what the trail hides of it, by the name of a claim.
const claimMembers: ReadonlySet<string> = new Set(['bound_claims', 'examples'])

const redacted = '[redacted]'
const maxText = 1024
// What is behind it is cut off anyway, and looking for a JWT takes the square of the length.
const maxSeen = 4 * maxText

const looksSecret = (text: string): boolean => secretText.test(text.slice(0, maxSeen))

type Naming = 'ours' | 'claims'

// An environment may be called "Basic production": of claims, no word is taken for a credential.
const withoutCredentials = (naming: Naming, text: string): string =>
  naming === 'claims'
    ? text
    : text.replace(inHeader, `$1 ${redacted}`).replace(inUrl, `://${redacted}@`)

const textIn = (naming: Naming, text: string): string => {
  if (looksSecret(text)) return redacted
  const clean = withoutCredentials(naming, text.slice(0, maxSeen))
  return clean.length > maxText ? `${clean.slice(0, maxText)}…` : clean
}

/** A text without what must not be written down. */
export const redactText = (text: string): string => textIn('ours', text)

const isNamedSecret = (name: string, value: unknown): boolean =>
  secretName.test(name) && value !== null && typeof value !== 'boolean'

const redactMember = (naming: Naming, name: string, value: unknown): Json => {
  if (naming === 'claims' || claimMembers.has(name)) return redactIn('claims', value)
  return isNamedSecret(name, value) ? redacted : redactIn('ours', value)
}

const redactIn = (naming: Naming, value: unknown): Json => {
  if (typeof value === 'string') return textIn(naming, value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((each) => redactIn(naming, each))
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return redacted
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(
    members.map(([name, each], index) => [
      // Two of them must not become one.
      looksSecret(name) ? `${redacted} ${index + 1}` : textIn(naming, name),
      redactMember(naming, name, each),
    ]),
  )
}

/** A copy of a value without what must not be written down: secrets, tokens, keys, bytes (R37). */
export const redact = (value: unknown): Json => redactIn('ours', value)
