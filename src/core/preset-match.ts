import type { Preset } from './preset.ts'
import { err, ok, type Result } from './result.ts'

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')

const isHostOf = (host: string, preset: Preset): boolean =>
  preset.hosts.some((entry) => (entry.startsWith('.') ? host.endsWith(entry) : host === entry))

/**
 * Decides which preset an issuer URL carries: whoever signs as a known vendor is judged by that
 * vendor's rules (its required identity and gates), whatever the author asked for.
 *
 * A URL that a preset claims as its exact issuer carries that one (`undefined`: filled in). A URL on
 * a vendor's host carries a preset of that family. Any other URL may carry any preset, or none.
 */
export const presetFor = (
  url: string,
  presetId: string | null | undefined,
  presets: readonly Preset[],
): Result<Preset | null, 'preset-required' | 'unknown-preset'> => {
  const asked = presets.find(({ id }) => id === presetId)
  if (asked === undefined && typeof presetId === 'string') return err('unknown-preset')
  const claimant = presets.find(({ issuer }) => issuer === url)
  if (claimant !== undefined) {
    return presetId === undefined || asked === claimant ? ok(claimant) : err('preset-required')
  }
  const host = hostOf(url)
  const vendors = presets.filter((preset) => isHostOf(host, preset))
  const fits = vendors.length === 0 || vendors.some(({ family }) => family === asked?.family)
  return fits ? ok(asked ?? null) : err('preset-required')
}
