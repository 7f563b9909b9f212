import type { Issuer } from '../account-config.ts'
import { isJsonObject } from '../json.ts'
import type { Preset } from '../preset.ts'
import { type ReplayMode, replayModes } from '../trust-policy.ts'
import { shown } from './words.ts'

/** What of an issuer decides which of its tokens are taken. */
export type TrustedIssuer = Omit<Issuer, 'id' | 'version'>

/**
 * Says in words what is accepted of an issuer that was not before (`before` null: it is registered). Keys
 * are taken as a whole: other ones sign other tokens.
 */
export const issuerWords = (
  before: TrustedIssuer | null,
  after: TrustedIssuer,
  preset: Preset | null,
): readonly string[] => {
  if (!after.enabled) return []
  const all = `tokens of ${shown(after.issuer)} that are signed by ${keyWords(after)}`
  if (before === null || !before.enabled) return [all]
  const words = sameKeys(before, after) ? [] : [all]
  const added = after.algorithms.filter((algorithm) => !before.algorithms.includes(algorithm))
  if (added.length > 0) words.push(`tokens that are signed with ${added.join(', ')}`)
  if (after.maxTokenAgeSeconds > before.maxTokenAgeSeconds) {
    const { maxTokenAgeSeconds } = before
    words.push(`tokens of ${after.maxTokenAgeSeconds} seconds, and not only ${maxTokenAgeSeconds}`)
  }
  const [once, now] = [modeOf(before, preset), modeOf(after, preset)]
  if (replayModes.indexOf(now) > replayModes.indexOf(once)) {
    words.push(`a token more often: ${now}, and not ${once}`)
  }
  return words
}

const modeOf = ({ replay }: TrustedIssuer, preset: Preset | null): ReplayMode =>
  replay ?? preset?.replay ?? 'single_use'

const sameKeys = (before: TrustedIssuer, after: TrustedIssuer): boolean =>
  before.jwksUri === after.jwksUri && JSON.stringify(before.jwks) === JSON.stringify(after.jwks)

const keyWords = ({ jwks, jwksUri }: TrustedIssuer): string => {
  if (jwksUri !== null) return `keys from ${shown(jwksUri)}`
  if (jwks === null) return 'the keys that it publishes'
  const keys = Array.isArray(jwks.keys) ? jwks.keys : []
  const kids = keys.map((key) => (isJsonObject(key) ? key.kid : undefined))
  return `inline keys ${kids.map(shown).join(', ')}`
}
