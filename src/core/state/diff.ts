import type { Json, JsonObject } from '../json.ts'
import { canonical } from './canonical.ts'
import { type Entries, type Kind, kinds } from './entry.ts'
import { keyOf, pathKey, placeOfEntry, refKey } from './keys.ts'
import {
  emptyWorld,
  type Item,
  type OpenWorld,
  put,
  type Wanted,
  type WantedWorld,
  type World,
} from './world.ts'

/** By member, what it was and what it becomes. */
export type Changes = Readonly<Record<string, readonly [from: Json, to: Json]>>

/** One thing that applying a document does. */
export type Step<K extends Kind = Kind> = {
  readonly [Each in K]: {
    readonly kind: Each
    readonly pointer: string | null
    readonly changes: Changes
  } & (
    | { readonly action: 'create'; readonly before: null; readonly after: Item<Each> }
    | { readonly action: 'update'; readonly before: Item<Each>; readonly after: Item<Each> }
    | { readonly action: 'delete'; readonly before: Item<Each>; readonly after: null }
  )
}[K]

/** An object that the document leaves out, and leaves alone. */
export interface Unmanaged {
  readonly kind: Kind
  readonly key: JsonObject
}

/** What a document comes to: the steps, and the world after them. */
export interface Difference {
  readonly steps: readonly Step[]
  readonly after: World
  readonly unchanged: number
  readonly unmanaged: readonly Unmanaged[]
}

/** What is different between two forms of an object. */
export const changesOf = <K extends Kind>(from: Entries[K], to: Entries[K]): Changes => {
  const [old, fresh] = [from, to] as unknown as readonly [JsonObject, JsonObject]
  return Object.fromEntries(
    Object.keys(fresh)
      .map((name) => [name, [old[name] ?? null, fresh[name] ?? null]] as const)
      .filter(([, [a, b]]) => canonical(a) !== canonical(b)),
  )
}

// What goes with something else when that goes, whether the document lists its kind or not.
const isOrphan = <K extends Kind>(kind: K, entry: Entries[K], after: OpenWorld): boolean => {
  if (!after.namespace.has(pathKey(placeOfEntry(kind, entry))) && kind !== 'namespace') return true
  if (kind === 'trust_policy') {
    const { service_account: account } = entry as Entries['trust_policy']
    return !after.service_account.has(refKey(account))
  }
  if (kind !== 'role_binding') return false
  const { principal } = entry as Entries['role_binding']
  // Accounts of `/` are not part of anybody's document.
  if (principal.namespace === '/') return false
  return !after[principal.type].has(refKey(principal))
}

interface Gathered {
  readonly steps: Step[]
  readonly unmanaged: Unmanaged[]
  unchanged: number
}

const meet = <K extends Kind>(
  kind: K,
  { entry, pointer }: Wanted<K>,
  { before, id }: { readonly before: Item<K> | undefined; readonly id: () => string },
): { readonly item: Item<K>; readonly step: Step | null } => {
  if (before === undefined) {
    const after = { id: id(), entry, inside: true }
    const step = { action: 'create', kind, pointer, changes: {}, before: null, after }
    return { item: after, step: step as unknown as Step }
  }
  const changes = changesOf(before.entry, entry)
  if (Object.keys(changes).length === 0) return { item: before, step: null }
  const after = { ...before, entry }
  const step = { action: 'update', kind, pointer, changes, before, after }
  return { item: after, step: step as unknown as Step }
}

const leftOut = <K extends Kind>(
  kind: K,
  item: Item<K>,
  { wanted, after, gathered, prune }: Comparison,
): void => {
  const listed = item.inside && wanted[kind].isListed(item.entry)
  if (!(prune && listed) && !isOrphan(kind, item.entry, after)) {
    put(after, kind, item)
    if (listed) gathered.unmanaged.push({ kind, key: keyOf(kind, item.entry) })
    return
  }
  if (!item.inside) return
  const step = { action: 'delete', kind, pointer: null, changes: {}, before: item, after: null }
  gathered.steps.push(step as unknown as Step)
}

const compareKind = <K extends Kind>(kind: K, comparison: Comparison): void => {
  const { before, wanted, after, gathered, makeId } = comparison
  const { items } = wanted[kind]
  const known: ReadonlyMap<string, Item<K>> = before[kind]
  for (const [key, item] of known) {
    if (!items.has(key) || !item.inside) leftOut(kind, item, comparison)
  }
  for (const [key, asked] of items) {
    const stored = known.get(key)
    const was = stored?.inside ? stored : undefined
    const { item, step } = meet(kind, asked, { before: was, id: () => makeId(kind) })
    put(after, kind, item)
    if (step === null) gathered.unchanged += 1
    else gathered.steps.push(step)
  }
}

interface Comparison {
  readonly before: World
  readonly wanted: WantedWorld
  readonly after: OpenWorld
  readonly gathered: Gathered
  readonly prune: boolean
  readonly makeId: (kind: Kind) => string
}

/** Compares what there is with what a document asks for, kind by kind. */
export const compareWorlds = (
  before: World,
  wanted: WantedWorld,
  how: Pick<Comparison, 'prune' | 'makeId'>,
): Difference => {
  const after = emptyWorld()
  const gathered: Gathered = { steps: [], unmanaged: [], unchanged: 0 }
  for (const kind of kinds) compareKind(kind, { before, wanted, after, gathered, ...how })
  return { after, ...gathered }
}
