import type { JsonObject } from '../json.ts'
import { pinFault, pinnable } from './pinnable.ts'
import type { Chosen, Pins } from './pins.ts'

const identity = [
  ['sub', 'says who runs; nothing more is known of this issuer'],
  ['repository_id', 'an id, by its name'],
  ['repository_owner_id', 'an id, by its name'],
  ['project_id', 'an id, by its name'],
  ['namespace_id', 'an id, by its name'],
] as const

const context = [
  ['ref', 'the context of this job, by its name'],
  ['environment', 'the context of this job, by its name'],
  ['event_name', 'the context of this job, by its name'],
  ['pipeline_source', 'the context of this job, by its name'],
] as const

/** Pins the subject, and what bears a name that others gave the same meaning. */
export const pinByName = (claims: JsonObject): Chosen => {
  const all = [...identity, ...context]
  const pins = all.flatMap(([name, why]) => {
    const value = pinnable(claims, name)
    return value === undefined ? [] : [[name, { value, why }] as const]
  })
  const unpinned = all.flatMap(([name]) => {
    const fault = pinFault(claims, name)
    return fault === null ? [] : [[name, fault] as const]
  })
  return { pins: new Map(pins), unpinned: new Map(unpinned) }
}

/** Whether pins that were chosen by name say who runs, and not only where. */
export const saysWho = (pins: Pins): boolean => identity.some(([name]) => pins.has(name))
