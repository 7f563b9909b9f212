import { claimValue } from '../claims.ts'
import type { JsonObject } from '../json.ts'
import { textFault } from '../lint/text.ts'
import type { Preset, ProvenanceMember } from '../preset.ts'

const maxName = 200

const textOf = (claims: JsonObject, name: string | undefined): string | null => {
  const value = name === undefined ? undefined : claimValue(claims, name)
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value)
  return text === '' || textFault(text) !== null ? null : text
}

/** What a person would call a policy for such a token: where it runs, and for what. */
export const nameOf = (claims: JsonObject, preset: Preset | null): string => {
  const fact = (member: ProvenanceMember) => textOf(claims, preset?.provenance[member])
  const who = fact('repository') ?? textOf(claims, 'sub') ?? 'a job'
  const place = [fact('ref') ?? textOf(claims, 'ref'), fact('environment')]
  const where = place.filter((part) => part !== null).join(', ')
  const name = where === '' ? who : `${who} at ${where}`
  // Not through a surrogate pair: half of one is no text.
  return name.length > maxName
    ? name
        .slice(0, maxName)
        .toWellFormed()
        .replace(/\uFFFD$/, '')
        .trim()
    : name
}
