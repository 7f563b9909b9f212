import type { Entries, Kind, Ref } from './entry.ts'

const at = ({ name, namespace }: Ref): string => `${name} in ${namespace}`

const words: { readonly [K in Kind]: (entry: Entries[K]) => string } = {
  namespace: ({ path }) => `namespace ${path}`,
  resource_server: ({ identifier }) => `resource server ${identifier}`,
  role: ({ resource_server: server, ...role }) => `role ${at(role)} of ${server}`,
  group: (group) => `group ${at(group)}`,
  issuer: ({ issuer, namespace }) => `issuer ${issuer} in ${namespace}`,
  service_account: (account) => `service account ${at(account)}`,
  trust_policy: ({ name, service_account: account }) =>
    `trust policy ${name} of service account ${at(account)}`,
  role_binding: ({ role, namespace, principal }) =>
    `binding at ${namespace} of role ${role.name} to ${principal.type.replace('_', ' ')} ${at(principal)}`,
}

/** Names an object in a sentence. */
export const inWords = <K extends Kind>(kind: K, entry: Entries[K]): string => words[kind](entry)

const lists: { readonly [K in Kind]: string } = {
  namespace: '/namespaces',
  resource_server: '/resource_servers',
  role: '/roles',
  group: '/groups',
  issuer: '/issuers',
  service_account: '/service_accounts',
  trust_policy: '/service_accounts',
  role_binding: '/role_bindings',
}

/** Points to the list of a document that would hold an object. */
export const listPointer = (kind: Kind): string => lists[kind]
