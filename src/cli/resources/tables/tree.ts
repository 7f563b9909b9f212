import type { Collection } from '../collection.ts'

const namespaces: Collection = {
  command: ['namespaces'],
  about: 'namespaces: the tree of tenants and projects',
  one: 'namespace',
  operations: ['namespaces', 'state'],
  parameter: 'namespace_id',
  id: /^ns_[0-9a-z]+$/,
  names: ['path'],
  subject: 'path',
  columns: ['id', 'path', 'kind', 'enabled', 'display_name'],
}

const apis: Collection = {
  command: ['apis'],
  about: 'resource servers: the APIs that tokens are for',
  one: 'api',
  operations: ['resource-servers'],
  parameter: 'resource_server_id',
  id: /^rs_[0-9a-z]+$/,
  names: ['identifier', 'name'],
  subject: 'identifier',
  columns: ['id', 'namespace', 'identifier', 'name', 'permissions'],
}

const issuers: Collection = {
  command: ['issuers'],
  about: 'issuers: whose identity tokens are exchanged',
  one: 'issuer',
  operations: ['issuers'],
  parameter: 'issuer_id',
  id: /^iss_[0-9a-z]+$/,
  names: ['issuer', 'name'],
  subject: 'issuer',
  columns: ['id', 'namespace', 'name', 'enabled', 'issuer', 'preset'],
}

/** Where things lie, and whom they trust. */
export const treeCollections: readonly Collection[] = [namespaces, apis, issuers]
