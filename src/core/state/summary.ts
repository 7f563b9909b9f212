import type { JsonObject } from '../json.ts'
import type { Changes, Difference, Step } from './diff.ts'
import type { Kind } from './entry.ts'
import { keyOf } from './keys.ts'

/** A step as it is told. */
export interface ToldStep {
  readonly action: Step['action']
  readonly kind: Kind
  readonly key: JsonObject
  readonly pointer: string | null
  readonly changes: Changes
}

// Who is in a group from the start gets all that it is bound to: that is worth telling.
const toldChanges = (step: Step): Changes =>
  step.kind === 'group' && step.action === 'create' && step.after.entry.members.length > 0
    ? {
        members: [
          null,
          step.after.entry.members.map(({ namespace, name }) => ({ namespace, name })),
        ],
      }
    : step.changes

/** Tells a step without the objects that it is about. */
export const tellStep = (step: Step): ToldStep => {
  const { action, kind, pointer } = step
  const key = keyOf(kind, (step.after ?? step.before).entry)
  return { action, kind, key, pointer, changes: toldChanges(step) }
}

/** How many objects there are of each fate. */
export const countSteps = ({ steps, unchanged, unmanaged }: Difference) => {
  const count = (action: Step['action']) => steps.filter((step) => step.action === action).length
  return {
    create: count('create'),
    update: count('update'),
    delete: count('delete'),
    unchanged,
    unmanaged: unmanaged.length,
  }
}

// What the trail keeps of one event, and still names the first and says how many there were.
const maxTold = 10_000

/** As many steps as an event of the trail has room for. */
export const tellSteps = (all: readonly object[]) => {
  let room = maxTold
  const tooMany = all.findIndex((step) => {
    room -= JSON.stringify(step).length
    return room < 0
  })
  const steps = tooMany < 0 ? all : all.slice(0, tooMany)
  return { steps, stepsLeftOut: all.length - steps.length }
}
