import { canonicalClaimName, claimValue } from '../claims.ts'
import { evaluatePolicy } from '../evaluate.ts'
import { type JsonObject, member } from '../json.ts'
import { type LintError, pointerTo } from '../lint/claims.ts'
import { lintPolicy } from '../lint/policy.ts'
import type { Preset } from '../preset.ts'
import type { PolicyDraft, ReplayMode } from '../trust-policy.ts'
import { refusedBy, remarksOn, riskyOf } from './cautions.ts'
import { leftOut, type Note } from './left-out.ts'
import { nameOf } from './name.ts'
import { pinByName, saysWho } from './pin-by-name.ts'
import { type Chosen, type Pins, pinByPreset } from './pins.ts'
import { samplesOf } from './samples.ts'

/** A verified token, and the place that a policy is wanted in. */
export interface Verified {
  readonly claims: JsonObject
  readonly issuer: string
  readonly preset: Preset | null
  /** How often its tokens may be exchanged, where nothing else is said. */
  readonly replay: ReplayMode
  /** What a policy there may ask for: the place's own first, the gateway's own last. */
  readonly audiences: readonly string[]
}

/** The narrowest sensible policy for a token. */
export interface Suggestion {
  /** Null: no policy could be saved that accepts such a token; the warnings say why. */
  readonly policy: PolicyDraft | null
  /** Every claim: bound or not, and why. */
  readonly notes: readonly Note[]
  /** `code: sentence` each: what saving it would warn of, and more. */
  readonly warnings: readonly string[]
}

const audienceOf = ({ claims, audiences }: Verified) => {
  const sent = member(claims, 'aud')
  const named = Array.isArray(sent) && sent.length === 1 ? sent[0] : sent
  const known = audiences.find((audience) => audience === named)
  const audience = known ?? audiences.at(-1) ?? ''
  const other = `other_audience: the token is not for this gateway; have the job ask for ${audience}`
  return { audience, warnings: known === undefined ? [other] : [] }
}

const draft = (verified: Verified, pins: Pins, enabled: boolean): PolicyDraft => ({
  name: nameOf(verified.claims, verified.preset),
  issuer: verified.issuer,
  audience: audienceOf(verified).audience,
  boundClaims: Object.fromEntries([...pins].map(([name, { value }]) => [name, value])),
  replay: verified.replay,
  maxTokenTtlSeconds: null,
  scope: null,
  examples: samplesOf(pins, verified.preset),
  acknowledge: [],
  enabled,
  expiresAt: null,
})

const judge = (verified: Verified, policy: PolicyDraft) => {
  const { preset, audiences, claims } = verified
  const lint = lintPolicy(policy, preset, { audiences })
  const asked = { ...claims, aud: policy.audience }
  const { clauses } = evaluatePolicy(
    { ...policy, id: '', version: 0 },
    { claims: asked, times: [] },
    preset,
  )
  return { ...lint, refused: refusedBy(clauses) }
}

/** The same without what the lint objects to, for it may object to a value as to a claim. */
const without = ({ pins, unpinned }: Chosen, errors: readonly LintError[]): Chosen => {
  const objection = (name: string) => {
    const pointers = [pointerTo(canonicalClaimName(name)), pointerTo(name)]
    return errors.find(({ pointer }) => pointers.includes(pointer))
  }
  const kept = [...pins].filter(([name]) => objection(name) === undefined)
  const refused = [...pins.keys()].flatMap((name) => {
    const error = objection(name)
    return error === undefined ? [] : [[name, error.detail.replace(/\.$/, '')] as const]
  })
  return { pins: new Map(kept), unpinned: new Map([...unpinned, ...refused]) }
}

/** Why a policy that leaves these out trusts more than the one job; each as `code: sentence`. */
const openBy = ({ unpinned }: Chosen): string[] =>
  [...unpinned].map(([name, why]) => `unpinned: ${name} cannot be bound to its value: ${why}`)

const missingIds = ({ claims, preset }: Verified): string => {
  const ids = preset?.requiredIdentity[0] ?? []
  const missing = ids.filter((name) => claimValue(claims, name) === undefined)
  return `missing_ids: the token lacks ${missing.join(' and ')}: have the job ask for them`
}

const noSubject = 'missing_ids: neither sub nor an id says who this is; have the job ask for them'

const nothing = (notes: readonly Note[], warnings: readonly string[]): Suggestion => ({
  policy: null,
  notes,
  warnings: [...new Set(warnings)],
})

/**
 * Proposes the narrowest sensible policy that accepts a token like this one: who it is by ids that
 * nobody else can get, and where it ran by exact values; nothing that differs from run to run. What it
 * proposes can be saved as it is. A job that runs what strangers wrote gets it switched off; where a
 * claim that matters cannot be bound to its value, there is none.
 */
export const suggestPolicy = (verified: Verified): Suggestion => {
  const { claims, preset } = verified
  const chosen = preset === null ? pinByName(claims) : pinByPreset(claims, preset)
  const none: Chosen = { pins: new Map(), unpinned: chosen?.unpinned ?? new Map() }
  if (chosen === null) return nothing(leftOut(claims, preset, none), [missingIds(verified)])
  // A policy that lets go what it cannot say would trust whoever has another value there.
  if (chosen.unpinned.size > 0) return nothing(leftOut(claims, preset, none), openBy(chosen))
  const kept = without(chosen, judge(verified, draft(verified, chosen.pins, true)).errors)
  const { pins } = kept
  if (preset === null && !saysWho(pins)) {
    return nothing(leftOut(claims, preset, { ...kept, pins: none.pins }), [
      noSubject,
      ...openBy(kept),
    ])
  }
  const risky = [...openBy(kept), ...riskyOf(claims, pins, preset)]
  const policy = draft(verified, pins, risky.length === 0)
  const bound = [...pins].map(([claim, { value, why }]) => ({ claim, value, bound: true, why }))
  const notes = [...bound, ...leftOut(claims, preset, kept)]
  const { errors, refused, warnings } = judge(verified, policy)
  const unfit = errors.map(({ slug, detail }) => `${slug.replaceAll('-', '_')}: ${detail}`)
  if (unfit.length + refused.length > 0) return nothing(notes, [...refused, ...unfit])
  const off = 'switched_off: it is proposed switched off; look at the warnings before you enable it'
  const all = [
    ...risky,
    ...(risky.length > 0 ? [off] : []),
    ...audienceOf(verified).warnings,
    ...remarksOn(claims, pins, preset),
    ...warnings,
  ]
  return { policy, notes, warnings: [...new Set(all)] }
}
