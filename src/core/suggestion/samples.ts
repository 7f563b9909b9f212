import type { Json, JsonObject } from '../json.ts'
import type { Scalar } from '../matcher.ts'
import type { Preset } from '../preset.ts'
import type { Examples } from '../trust-policy.ts'
import type { Pins } from './pins.ts'

const another = (value: Scalar): Json => {
  if (typeof value === 'boolean') return !value
  return typeof value === 'number' ? value + 1 : `${value}-other`
}

const maxRejected = 8

/**
 * Samples that keep a suggested policy honest when it is edited: the token's own context passes, and
 * the same job of somebody else, or in another context, does not.
 */
export const samplesOf = (pins: Pins, preset: Preset | null): Examples => {
  const context = new Set(preset?.contextClaims ?? ['ref', 'environment', 'event_name'])
  const accepted = [...pins].filter(([name]) => context.has(name))
  const rejected = [...pins].slice(0, maxRejected)
  const sample = ([name, value]: readonly [string, Json]): JsonObject => ({ [name]: value })
  return {
    accept: [Object.fromEntries(accepted.map(([name, { value }]) => [name, value]))],
    // A longest value has no room for more.
    reject: rejected
      .filter(([, { value }]) => String(value).length < 1000)
      .map(([name, { value }]) => sample([name, another(value)])),
  }
}
