import type { Collection } from '../collection.ts'

const secrets: Collection = {
  command: ['secrets'],
  about: 'client secrets of an account',
  one: 'secret',
  operations: ['secrets'],
  parameter: 'secret_id',
  id: /^sec_[0-9a-z]+$/,
  names: [],
  columns: ['id', 'created_at', 'expires_at', 'last_used_at', 'last_used_from'],
}

const keys: Collection = {
  command: ['keys'],
  about: 'public keys of an account',
  one: 'key',
  operations: ['keys'],
  parameter: 'key_id',
  id: /^key_[0-9a-z]+$/,
  names: ['kid'],
  columns: ['id', 'kid', 'algorithm', 'expires_at', 'last_used_at'],
}

const tokens: Collection = {
  command: ['tokens'],
  about: 'named long-lived tokens of an account',
  one: 'token',
  operations: ['tokens'],
  parameter: 'token_id',
  id: /^tok_[0-9a-z]+$/,
  names: ['name'],
  subject: 'name',
  columns: ['id', 'name', 'resource_server_id', 'expires_at', 'last_used_at'],
}

const signingKeys: Collection = {
  command: ['signing-keys'],
  about: 'the keys that access tokens are signed with',
  one: 'signing-key',
  operations: ['signing-keys'],
  parameter: 'kid',
  id: /^[A-Za-z0-9_-]+$/,
  names: ['kid'],
  columns: ['kid', 'algorithm', 'state', 'created_at', 'activated_at', 'retired_at'],
}

/** What a machine proves itself with, and what tokens are signed with. */
export const credentialCollections: readonly Collection[] = [secrets, keys, tokens, signingKeys]
