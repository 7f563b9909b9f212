import type { JsonObject } from '../json.ts'
import { readBoundClaims } from '../lint/claims.ts'
import { bindsContext } from '../lint/identity.ts'
import type { Scalar } from '../matcher.ts'
import type { ClaimFact, Preset } from '../preset.ts'
import { isPerRun } from './per-run.ts'
import { isSaid, pinFault, pinnable } from './pinnable.ts'

/** A claim that a suggestion binds to the token's own value, and why. */
export interface Pin {
  readonly value: Scalar
  readonly why: string
}

/** By claim, as a policy writes it. */
export type Pins = ReadonlyMap<string, Pin>

/** What is to be bound of a token. */
export interface Chosen {
  readonly pins: Pins
  /**
   * Claims that would have to be bound and cannot be to their value alone, with the reason: a policy
   * without one of them trusts every other value of it.
   */
  readonly unpinned: ReadonlyMap<string, string>
}

/** A `…_protected` that does not say so protects nothing: binding it would only look safe. */
const isOff = (name: string, value: Scalar): boolean =>
  name.endsWith('_protected') && String(value) !== 'true'

type Choose = (pins: Pins, facts: readonly ClaimFact[]) => readonly (readonly [string, string])[]

const identity = (claims: JsonObject, preset: Preset): readonly string[] | undefined =>
  preset.requiredIdentity.find((names) => names.every((name) => isSaid(claims, name)))

const ofContext =
  (claims: JsonObject, { contextClaims }: Preset): Choose =>
  (_, facts) =>
    contextClaims
      // What spells names changes on a rename; the ids say the same and stay.
      .filter((name) => facts.some((fact) => fact.name === name && fact.naming === undefined))
      .filter((name) => pinnable(claims, `${name}_path`) === undefined)
      .map((name) => [name, 'the context of this job; another one needs another policy'])

const advised: Choose = (pins, facts) =>
  facts.flatMap(({ name, advised: advice }) => {
    if (advice === undefined) return []
    const applies = advice.beside === undefined || pins.has(advice.beside)
    return applies ? [[name, `left unbound: ${advice.why}`] as const] : []
  })

const backing =
  (claims: JsonObject): Choose =>
  (pins, facts) =>
    facts.flatMap(({ name, caution, backedBy = [] }) => {
      if (caution === undefined || !pins.has(name)) return []
      if (backedBy.some((each) => pins.has(each))) return []
      const back = backedBy.find((each) => {
        const value = pinnable(claims, each)
        return value !== undefined && !isOff(each, value) && !isPerRun(each)
      })
      return back === undefined ? [] : [[back, `backs ${name}: ${caution}`] as const]
    })

const guards: Choose = (_, facts) =>
  facts.flatMap(({ name }): (readonly [string, string])[] => {
    if (name.endsWith('_protected')) return [[name, 'what is protected, not everybody can make']]
    return name === 'runner_environment' ? [[name, 'runners of another kind are kept out']] : []
  })

/** Where no plain context is in the token: the first claim that names it together with names. */
const fallback =
  (claims: JsonObject, preset: Preset): Choose =>
  (pins) => {
    const bound = (more: Readonly<Record<string, Scalar>>) => ({
      ...Object.fromEntries([...pins].map(([name, { value }]) => [name, value])),
      ...more,
    })
    const suffices = (more: Readonly<Record<string, Scalar>>) =>
      bindsContext(readBoundClaims(bound(more), preset), preset)
    if (suffices({})) return []
    const found = preset.contextClaims.find((name) => {
      if (pinFault(claims, name) !== null) return true
      const value = pinnable(claims, name)
      return value !== undefined && suffices({ [name]: value })
    })
    return found === undefined
      ? []
      : [[found, 'the only claim of this token that says its context']]
  }

/** Pins what the preset knows to tell this job from all others; null: its ids are not in the token. */
export const pinByPreset = (claims: JsonObject, preset: Preset): Chosen | null => {
  const ids = identity(claims, preset)
  if (ids === undefined) return null
  const pins = new Map<string, Pin>()
  const unpinned = new Map<string, string>()
  const add = (chosen: ReturnType<Choose>) => {
    for (const [name, why] of chosen) {
      const fault = pinFault(claims, name)
      if (fault !== null) unpinned.set(name, fault)
      const value = pinnable(claims, name)
      if (value === undefined || isOff(name, value) || pins.has(name)) continue
      pins.set(name, { value, why })
    }
  }
  add(ids.map((name) => [name, 'says whose job this is']))
  const steps = [
    ofContext(claims, preset),
    advised,
    guards,
    backing(claims),
    fallback(claims, preset),
  ]
  for (const step of steps) add(step(pins, preset.claims))
  return { pins, unpinned }
}
