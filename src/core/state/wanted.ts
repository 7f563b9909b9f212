import type { ProblemError } from '../problem.ts'
import { err, ok, type Result } from '../result.ts'
import { normalize } from './canonical.ts'
import type { BindingEntry, StateDocument } from './document.ts'
import type { Entries, Kind, Ref } from './entry.ts'
import { toRoleRef } from './export.ts'
import { keyText, refKey } from './keys.ts'
import type { Wanted, WantedWorld } from './world.ts'

interface Listing<K extends Kind> {
  readonly isListed: (entry: Entries[K]) => boolean
  readonly items: Map<string, Wanted<K>>
}

const gather = <K extends Kind>(
  kind: K,
  entries: readonly { readonly entry: Entries[K]; readonly pointer: string }[],
  errors: ProblemError[],
): Map<string, Wanted<K>> => {
  const items = new Map<string, Wanted<K>>()
  for (const { entry, pointer } of entries) {
    const key = keyText(kind, entry)
    const first = items.get(key)
    if (first !== undefined) {
      errors.push({ pointer, detail: `the same one as ${first.pointer}; name each once` })
    }
    items.set(key, { entry: normalize(entry), pointer })
  }
  return items
}

const listing = <K extends Kind>(
  kind: K,
  { list, entries }: { readonly list: string; readonly entries: readonly Entries[K][] | undefined },
  errors: ProblemError[],
): Listing<K> => ({
  isListed: () => entries !== undefined,
  items: gather(
    kind,
    (entries ?? []).map((entry, i) => ({ entry, pointer: `/${list}/${i}` })),
    errors,
  ),
})

const policies = (
  accounts: NonNullable<StateDocument['service_accounts']>,
  errors: ProblemError[],
): Listing<'trust_policy'> => {
  const listed = new Set<string>()
  const entries = accounts.flatMap(({ namespace, name, trust_policies: own }, i) => {
    const account: Ref = { namespace, name }
    if (own !== undefined) listed.add(refKey(account))
    return (own ?? []).map((policy, j) => ({
      entry: { service_account: account, ...policy },
      pointer: `/service_accounts/${i}/trust_policies/${j}`,
    }))
  })
  return {
    isListed: ({ service_account: account }) => listed.has(refKey(account)),
    items: gather('trust_policy', entries, errors),
  }
}

const toBinding = ({ role, ...rest }: BindingEntry): Entries['role_binding'] => ({
  role: toRoleRef(role),
  ...rest,
})

/** Reads what a document asks for, or says what it names twice. */
export const wantedOf = (document: StateDocument): Result<WantedWorld, readonly ProblemError[]> => {
  const errors: ProblemError[] = []
  const { namespaces, resource_servers: servers, roles, groups, issuers } = document
  const { service_accounts: accounts, role_bindings: bindings } = document
  const wanted: WantedWorld = {
    namespace: listing('namespace', { list: 'namespaces', entries: namespaces }, errors),
    resource_server: listing(
      'resource_server',
      { list: 'resource_servers', entries: servers },
      errors,
    ),
    role: listing('role', { list: 'roles', entries: roles }, errors),
    group: listing('group', { list: 'groups', entries: groups }, errors),
    issuer: listing('issuer', { list: 'issuers', entries: issuers }, errors),
    service_account: listing(
      'service_account',
      {
        list: 'service_accounts',
        entries: accounts?.map(({ trust_policies: _policies, ...account }) => account),
      },
      errors,
    ),
    trust_policy: policies(accounts ?? [], errors),
    role_binding: listing(
      'role_binding',
      { list: 'role_bindings', entries: bindings?.map(toBinding) },
      errors,
    ),
  }
  return errors.length === 0 ? ok(wanted) : err(errors)
}
