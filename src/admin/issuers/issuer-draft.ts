import type { Context } from '../../context.ts'
import type { Issuer } from '../../core/account-config.ts'
import { checkIssuerUrl, type IssuerUrlFault, issuerUrlFaults } from '../../core/issuer-url.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Preset } from '../../core/preset.ts'
import { presetFor } from '../../core/preset-match.ts'
import { type Problem, type ProblemError, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { ReplayMode } from '../../core/trust-policy.ts'

/** What a new issuer is made of; undefined where the preset or a default decides. */
export interface IssuerDraft {
  readonly name: string | undefined
  readonly issuer: string | undefined
  readonly preset: string | null | undefined
  readonly jwksUri: string | null
  readonly jwks: JsonObject | null
  readonly algorithms: readonly string[] | undefined
  readonly maxTokenAgeSeconds: number | undefined
  readonly replay: ReplayMode | null
  readonly enabled: boolean
}

/** What a draft comes to. */
export type CompleteIssuer = Omit<Issuer, 'id' | 'version'> & { readonly name: string }

const maxInlineChars = 8192
const defaultAlgorithms = ['RS256', 'ES256']
const defaultMaxTokenAgeSeconds = 86_400

const invalid = (errors: readonly ProblemError[]): Problem =>
  problem('validation-failed', 'the issuer is not as expected', errors)

/** A URL that cannot be an issuer's or a key set's. */
export const urlProblem = (pointer: string, fault: IssuerUrlFault): Problem => {
  const detail = issuerUrlFaults[fault]
  return problem('invalid-issuer', detail, [{ pointer, detail }])
}

/** The problem with an issuer's URL (R25); one that is fetched from has more to obey. */
export const refuseUrl = (
  { issuer, jwks }: Pick<Issuer, 'issuer' | 'jwks'>,
  { loopback, config }: Context,
): Problem | null => {
  const ownOrigin = config.issuerUrl
  const checked = checkIssuerUrl(issuer, { inlineKeys: jwks !== null, loopback, ownOrigin })
  return checked.ok ? null : urlProblem('/issuer', checked.error)
}

const urlOf = ({ issuer, preset }: IssuerDraft, context: Context): string | null =>
  issuer ?? context.presets.get(preset ?? '')?.issuer ?? null

const presetRequired = problem('preset-required', 'this vendor needs its own preset', [
  { pointer: '/preset', detail: 'this URL carries the preset of its vendor, and no other' },
])

const unknownPreset = ({ presets }: Context): Problem => {
  const detail = `no preset has this id; there are ${[...presets.keys()].join(', ')}`
  return invalid([{ pointer: '/preset', detail }])
}

/**
 * The problem with where keys come from. Whoever signs as a known vendor is that vendor: its keys
 * come from its own discovery, or anybody could be github.com.
 */
export const refuseKeyPlaces = (
  { issuer, jwks, jwksUri }: Pick<Issuer, 'issuer' | 'jwks' | 'jwksUri'>,
  preset: Preset | null,
): Problem | null => {
  const given = [...(jwks === null ? [] : ['/jwks']), ...(jwksUri === null ? [] : ['/jwks_uri'])]
  const refuse = (detail: string) => invalid(given.map((pointer) => ({ pointer, detail })))
  if (given.length > 0 && preset?.issuer === issuer) {
    return refuse('the keys of this issuer come from its discovery alone')
  }
  // Every account of the tenant carries it in memory.
  if (JSON.stringify(jwks).length > maxInlineChars) {
    return refuse(`inline keys are at most ${maxInlineChars} characters`)
  }
  return given.length > 1 ? refuse('give either jwks or jwks_uri') : null
}

/** Completes a draft from its preset, by the rules for URLs and presets (R25). */
export const completeIssuer = (
  context: Context,
  draft: IssuerDraft,
): Result<CompleteIssuer, Problem> => {
  const issuer = urlOf(draft, context)
  if (issuer === null) {
    if (typeof draft.preset === 'string' && !context.presets.has(draft.preset)) {
      return err(unknownPreset(context))
    }
    return err(invalid([{ pointer: '/issuer', detail: 'expected, for no preset knows the URL' }]))
  }
  const { jwks, jwksUri, replay, enabled } = draft
  const misspelt = refuseUrl({ issuer, jwks }, context)
  if (misspelt) return err(misspelt)
  const chosen = presetFor(issuer, draft.preset, [...context.presets.values()])
  if (!chosen.ok) {
    return err(chosen.error === 'unknown-preset' ? unknownPreset(context) : presetRequired)
  }
  const preset = chosen.value
  const refused = refuseKeyPlaces({ issuer, jwks, jwksUri }, preset)
  if (refused) return err(refused)
  return ok({
    name: draft.name ?? preset?.name ?? new URL(issuer).host.slice(0, 200),
    issuer,
    preset: preset?.id ?? null,
    jwks,
    jwksUri,
    algorithms: draft.algorithms ?? preset?.algorithms ?? defaultAlgorithms,
    maxTokenAgeSeconds:
      draft.maxTokenAgeSeconds ?? preset?.maxTokenAgeSeconds ?? defaultMaxTokenAgeSeconds,
    replay,
    enabled,
  })
}
