import type { Preset } from '../core/preset.ts'
import { presetFor } from '../core/preset-match.ts'
import type { Result } from '../core/result.ts'
import { draftOf } from '../core/shape/policy.ts'
import type { PolicyEntry } from '../core/state/document.ts'
import type { PolicyDraft } from '../core/trust-policy.ts'
import { findPreset, presets } from '../issuers/registry.ts'
import type { FilePolicy } from './format.ts'

/** The issuer's URL, which a file may say by the id of a preset that has just one. */
export const issuerUrlOf = ({ issuer }: Pick<FilePolicy, 'issuer'>): string =>
  findPreset(issuer)?.issuer ?? issuer

/** The preset that judges a policy's tokens, as the gateway would register its issuer. */
export const presetOf = (
  policy: Pick<FilePolicy, 'issuer' | 'preset'>,
): Result<Preset | null, 'preset-required' | 'unknown-preset'> =>
  presetFor(issuerUrlOf(policy), policy.preset, presets)

/** A policy in the words of the API: what is sent of it, and nothing else. */
export const toEntry = (policy: FilePolicy): PolicyEntry => {
  const { preset: _preset, tests: _tests, ...authored } = policy
  const at = policy.expires_at
  return {
    ...authored,
    issuer: issuerUrlOf(policy),
    expires_at:
      at === null ? null : new Date(Math.floor(Date.parse(at) / 1000) * 1000).toISOString(),
  }
}

/** A policy as lint and evaluation know it. */
export const toDraft = (policy: FilePolicy): PolicyDraft => {
  const entry = toEntry(policy)
  return draftOf(entry, entry.expires_at === null ? null : Date.parse(entry.expires_at) / 1000)
}
