import { claimValueFault } from './claim-set.ts'
import { claimValue } from './claims.ts'
import type { Json, JsonObject } from './json.ts'
import type { Preset } from './preset.ts'

const maxLength = 512
const urlPart = /^[A-Za-z0-9._/-]+$/

/**
 * Picks the facts of a CI job that the issued token carries on: a closed list of strings that the
 * preset maps from claims, plus `provider` and `run_url`. What the token lacks, what is not text or
 * a whole number, and what is longer than 512 characters or not clean (R7) is left out.
 */
export const provenanceOf = (
  claims: JsonObject,
  preset: Preset | null,
  issuer: string,
): Record<string, string> => {
  if (preset === null) return {}
  const provenance: Record<string, string> = { provider: preset.family }
  for (const [name, claim] of Object.entries(preset.provenance)) {
    const text = textOf(claimValue(claims, claim))
    if (text !== null) provenance[name] = text
  }
  const runUrl = preset.runUrl === undefined ? null : fill(preset.runUrl, claims, issuer)
  if (runUrl !== null) provenance.run_url = runUrl
  return provenance
}

const textOf = (value: Json | undefined): string | null => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null
  if (typeof value !== 'string' || value === '' || value.length > maxLength) return null
  return claimValueFault(value) ? null : value
}

/** Builds the URL, or null: a part with other characters could lead to another place. */
const fill = (template: string, claims: JsonObject, issuer: string): string | null => {
  let url = ''
  for (const [index, piece] of template.split(/[{}]/).entries()) {
    // Between braces every second piece is a name.
    const part = index % 2 === 0 ? piece : partFor(piece, claims, issuer)
    if (part === null) return null
    url += part
  }
  return url.length <= maxLength ? url : null
}

const partFor = (name: string, claims: JsonObject, issuer: string): string | null => {
  if (name === 'iss') return issuer.endsWith('/') ? issuer.slice(0, -1) : issuer
  if (name === 'iss_origin') return URL.canParse(issuer) ? new URL(issuer).origin : null
  const text = textOf(claimValue(claims, name))
  return text !== null && urlPart.test(text) ? text : null
}
