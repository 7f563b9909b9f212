import { isAtOrBelow } from '../../core/namespace.ts'
import type { Step } from '../../core/state/diff.ts'
import { type Kind, kinds } from '../../core/state/entry.ts'
import { refKey } from '../../core/state/keys.ts'
import type { Item } from '../../core/state/world.ts'
import type { StateChanges } from '../../store/state/state-tables.ts'
import { changeableFields, fixedFields, type Ids } from './fields.ts'
import type { PolicyWarnings } from './policies.ts'

type Row = Readonly<Record<string, unknown>>

interface Writing {
  readonly steps: readonly Step[]
  readonly warnings: PolicyWarnings
  readonly ids: Ids
}

const fieldsOf = <K extends Kind>(kind: K, { id, entry }: Item<K>, writing: Writing): Row => ({
  ...changeableFields[kind](entry, writing.ids),
  ...(kind === 'trust_policy' && { warnings: writing.warnings.get(id) ?? [] }),
})

const newRow = <K extends Kind>(kind: K, item: Item<K>, writing: Writing): Row => ({
  id: item.id,
  createdAt: writing.ids.nowMs,
  ...fixedFields[kind](item, writing.ids),
  ...fieldsOf(kind, item, writing),
})

const perKind = <T>(steps: readonly Step[], one: (step: Step) => T | null) =>
  Object.fromEntries(
    kinds.map((kind) => [
      kind,
      steps
        .filter((step) => step.kind === kind)
        .map(one)
        .filter((row) => row !== null),
    ]),
  ) as unknown as Readonly<Record<Kind, T[]>>

const membersOf = ({ ids }: Writing, item: Item<'group'> | null): readonly string[] =>
  (item?.entry.members ?? []).flatMap((ref) => ids.after.service_account.get(refKey(ref))?.id ?? [])

const memberships = (writing: Writing): Pick<StateChanges, 'joined' | 'left'> => {
  const { nowMs: createdAt } = writing.ids
  const moved = writing.steps.flatMap((step) => {
    if (step.kind !== 'group' || step.after === null) return []
    const [old, fresh] = [membersOf(writing, step.before), membersOf(writing, step.after)]
    return [{ groupId: step.after.id, old: new Set(old), fresh: new Set(fresh) }]
  })
  return {
    joined: moved.flatMap(({ groupId, old, fresh }) =>
      [...fresh]
        .filter((id) => !old.has(id))
        .map((serviceAccountId) => ({
          groupId,
          serviceAccountId,
          createdAt,
        })),
    ),
    left: moved.flatMap(({ groupId, old, fresh }) =>
      [...old]
        .filter((id) => !fresh.has(id))
        .map((serviceAccountId) => ({ groupId, serviceAccountId })),
    ),
  }
}

const enabledTo = (step: Step, value: boolean): boolean => step.changes.enabled?.[1] === value

// Only the highest: what lies below goes with them.
const removedPaths = (steps: readonly Step[]): readonly string[] => {
  const paths = steps.flatMap((step) =>
    step.kind === 'namespace' && step.action === 'delete' ? [step.before.entry.path] : [],
  )
  return paths.filter((path) => !paths.some((other) => other !== path && isAtOrBelow(path, other)))
}

const suspendedPaths = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) =>
    step.kind === 'namespace' && enabledTo(step, false) && step.after !== null
      ? [step.after.entry.path]
      : [],
  )

const stoppedAccounts = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) =>
    step.kind === 'service_account' && (step.action === 'delete' || enabledTo(step, false))
      ? [(step.after ?? step.before).id]
      : [],
  )

/** Turns steps into rows: all that is written, and what ends with it. */
export const toChanges = (writing: Writing): StateChanges => {
  const { steps } = writing
  const made = perKind(steps, (step) =>
    step.action === 'create'
      ? newRow(step.kind, step.after as Item<typeof step.kind>, writing)
      : null,
  )
  const changed = perKind(steps, (step) =>
    step.action === 'update'
      ? {
          id: step.after.id,
          set: fieldsOf(step.kind, step.after as Item<typeof step.kind>, writing),
        }
      : null,
  )
  return {
    made: made as unknown as StateChanges['made'],
    changed: changed as unknown as StateChanges['changed'],
    gone: perKind(steps, (step) => (step.action === 'delete' ? step.before.id : null)),
    ...memberships(writing),
    suspended: suspendedPaths(steps),
    removed: removedPaths(steps),
    stopped: stoppedAccounts(steps),
  }
}
