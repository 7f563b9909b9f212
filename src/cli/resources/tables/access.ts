import type { Collection } from '../collection.ts'

const accounts: Collection = {
  command: ['accounts'],
  about: 'service accounts: who a job becomes',
  one: 'account',
  operations: ['service-accounts'],
  parameter: 'service_account_id',
  id: /^sa_[0-9a-z]+$/,
  names: ['name'],
  subject: 'name',
  columns: ['id', 'namespace', 'name', 'enabled', 'client_id', 'roles'],
}

const policies: Collection = {
  command: ['policies'],
  about: 'trust policies of an account: which jobs may become it',
  one: 'policy',
  operations: ['trust-policies'],
  parameter: 'trust_policy_id',
  id: /^tp_[0-9a-z]+$/,
  names: ['name'],
  subject: 'name',
  columns: ['id', 'name', 'enabled', 'issuer', 'audience', 'warnings'],
}

const roles: Collection = {
  command: ['roles'],
  about: 'roles: permissions of one API under a name',
  one: 'role',
  operations: ['roles'],
  parameter: 'role_id',
  id: /^role_[0-9a-z]+$/,
  names: ['name'],
  subject: 'name',
  columns: ['id', 'namespace', 'name', 'resource_server_id', 'permissions'],
}

const groups: Collection = {
  command: ['groups'],
  about: 'groups of accounts, which roles can be bound to',
  one: 'group',
  operations: ['groups'],
  parameter: 'group_id',
  id: /^grp_[0-9a-z]+$/,
  names: ['name'],
  subject: 'name',
  columns: ['id', 'namespace', 'name', 'display_name'],
}

const members: Collection = {
  command: ['groups', 'members'],
  about: 'the accounts in a group',
  one: 'account',
  operations: ['group-members'],
  parameter: 'service_account_id',
  names: ['name'],
  columns: ['id', 'namespace', 'name', 'added_at'],
}

const bindings: Collection = {
  command: ['bindings'],
  about: 'role bindings: who holds which role where',
  one: 'binding',
  operations: ['role-bindings'],
  parameter: 'role_binding_id',
  id: /^rb_[0-9a-z]+$/,
  names: [],
  columns: ['id', 'role_id', 'namespace', 'principal.type', 'principal.id'],
}

/** Who there is, and what they may do. */
export const accessCollections: readonly Collection[] = [
  accounts,
  policies,
  roles,
  groups,
  members,
  bindings,
]
