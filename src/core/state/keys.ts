import type { JsonObject } from '../json.ts'
import type { Entries, Kind, Ref, RoleRef } from './entry.ts'

// By these an object is the same one here and elsewhere. They never change: what has others is another.
const keyMembers: { readonly [K in Kind]: readonly (keyof Entries[K] & string)[] } = {
  namespace: ['path'],
  resource_server: ['identifier'],
  role: ['namespace', 'name', 'resource_server'],
  group: ['namespace', 'name'],
  issuer: ['namespace', 'issuer'],
  service_account: ['namespace', 'name'],
  trust_policy: ['service_account', 'name'],
  role_binding: ['namespace', 'role', 'principal'],
}

// What the single calls cannot change either.
const fixedMembers: { readonly [K in Kind]?: readonly (keyof Entries[K] & string)[] } = {
  resource_server: ['namespace'],
  issuer: ['preset'],
  service_account: ['kind'],
}

/** The members of an object that stay as they were made. */
export const fixedOf = (kind: Kind): readonly string[] => fixedMembers[kind] ?? []

const refOf = ({ namespace, name }: Ref): Ref => ({ namespace, name })

/** The key of a role, as `keyText` has it. */
export const roleKey = ({ namespace, name, resource_server }: RoleRef): string =>
  JSON.stringify({ namespace, name, resource_server })

/** The key of an account or of a group, as `keyText` has it. */
export const refKey = (ref: Ref): string => JSON.stringify(refOf(ref))

/** The key of a namespace, as `keyText` has it. */
export const pathKey = (path: string): string => JSON.stringify({ path })

/** The key of a resource server, as `keyText` has it. */
export const serverKey = (identifier: string): string => JSON.stringify({ identifier })

/** What names an object among those of its kind. */
export const keyOf = <K extends Kind>(kind: K, entry: Entries[K]): JsonObject =>
  Object.fromEntries(keyMembers[kind].map((name) => [name, entry[name]])) as JsonObject

/** The same as text. References are written in one order of members, so that equal keys are equal texts. */
export const keyText = <K extends Kind>(kind: K, entry: Entries[K]): string =>
  JSON.stringify(keyOf(kind, entry))

/** The namespace in which an object lies. */
export const placeOfEntry = <K extends Kind>(kind: K, entry: Entries[K]): string => {
  const {
    path,
    namespace,
    service_account: account,
  } = entry as Partial<Entries['namespace']> &
    Partial<Entries['role']> &
    Partial<Entries['trust_policy']>
  return (
    (kind === 'namespace' ? path : kind === 'trust_policy' ? account?.namespace : namespace) ?? ''
  )
}
