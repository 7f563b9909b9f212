import { lineOf, rootPath } from '../namespace.ts'
import { type Removal, removalWarnings } from '../removal.ts'
import type { Step } from './diff.ts'
import type { Entries, Kind, Principal, Ref } from './entry.ts'
import { refKey } from './keys.ts'
import type { World } from './world.ts'

interface Loss {
  /** How many role bindings go with it. */
  readonly bindings: number
  /** Whether something that stays works less. */
  readonly breaks: boolean
}

type Look = { readonly [K in Kind]?: (entry: Entries[K]) => Loss }

const quiet: Loss = { bindings: 0, breaks: false }

const countBy = (keys: Iterable<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

const entriesOf = <K extends Kind>(world: World, kind: K): readonly Entries[K][] =>
  [...world[kind].values()].map(({ entry }) => entry)

const principalKey = ({ type, ...ref }: Principal): string => `${type} ${refKey(ref)}`

const trustKey = (issuer: string, path: string): string => `${path} ${issuer}`

// Counted once for all steps: a document may delete thousands, among thousands of bindings.
const looks = (before: World, after: World): Look => {
  const bindings = entriesOf(before, 'role_binding')
  const byPrincipal = countBy(bindings.map(({ principal }) => principalKey(principal)))
  const byPlace = countBy(bindings.flatMap(({ namespace }) => lineOf(namespace)))
  const ceilings = new Set(
    entriesOf(after, 'service_account').flatMap((account) => account.resource_servers ?? []),
  )
  const trusting = new Set(
    entriesOf(after, 'trust_policy').flatMap(({ issuer, service_account: { namespace } }) =>
      lineOf(namespace).map((path) => trustKey(issuer, path)),
    ),
  )
  // Accounts of `/` are not part of anybody's document.
  const stays = (ref: Ref): boolean =>
    ref.namespace === rootPath || after.service_account.has(refKey(ref))
  const membersOf = (ref: Ref): readonly Ref[] => before.group.get(refKey(ref))?.entry.members ?? []
  const boundTo = (type: Principal['type'], { namespace, name }: Ref): number =>
    byPrincipal.get(principalKey({ type, namespace, name })) ?? 0
  return {
    namespace: ({ path }) => ({ ...quiet, bindings: byPlace.get(path) ?? 0 }),
    resource_server: ({ identifier }) => ({ ...quiet, breaks: ceilings.has(identifier) }),
    issuer: ({ issuer, namespace }) => ({
      ...quiet,
      breaks: trusting.has(trustKey(issuer, namespace)),
    }),
    group: (group) => ({ bindings: boundTo('group', group), breaks: group.members.some(stays) }),
    service_account: (account) => ({ ...quiet, bindings: boundTo('service_account', account) }),
    role_binding: ({ principal }) => ({
      bindings: 1,
      breaks: (principal.type === 'group' ? membersOf(principal) : [principal]).some(stays),
    }),
  }
}

const toRemoval = ({ bindings, breaks }: Loss): Removal => ({
  wouldDelete: { role_bindings: bindings },
  wouldBreak: breaks ? ['others'] : [],
  blockedBy: [],
  livingTokens: 0,
  tokensEnd: true,
  lastUsedAt: null,
})

/**
 * Says of steps that delete what a person should know before, as far as the configuration tells it;
 * what lives or was used lately is told by the deletion's own dry run.
 */
export const lossesOf = (before: World, after: World): ((step: Step) => readonly string[]) => {
  const look = looks(before, after)
  return ({ kind, ...step }) => {
    if (step.action !== 'delete') return []
    const lose = look[kind] as ((entry: Entries[Kind]) => Loss) | undefined
    return removalWarnings(toRemoval(lose?.(step.before.entry) ?? quiet), 0)
  }
}
