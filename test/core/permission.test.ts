import { describe, expect, it } from 'vitest'
import {
  adminIdentifier,
  adminPermissions,
  adminServerId,
  builtInRoles,
  isReading,
} from '../../src/core/permission.ts'

// Semantics, section 2, written out: a change of the code's lists must not change the promise.
const reads = [
  'namespaces:read',
  'resource-servers:read',
  'roles:read',
  'groups:read',
  'role-bindings:read',
  'issuers:read',
  'service-accounts:read',
  'trust-policies:read',
  'credentials:read',
  'subscriptions:read',
  'signing-keys:read',
  'decisions:read',
]
const writes = [
  'namespaces:write',
  'resource-servers:write',
  'roles:write',
  'groups:write',
  'role-bindings:write',
  'issuers:write',
  'service-accounts:write',
  'trust-policies:write',
  'credentials:write',
  'subscriptions:write',
  'signing-keys:write',
]
const all = [...reads, ...writes, 'audit-events:read', 'tokens:introspect', 'tokens:revoke']
const sorted = (names: readonly string[] | undefined) => [...(names ?? [])].sort()

it('the admin API has its fixed id and identifier', () => {
  expect([adminServerId, adminIdentifier]).toEqual(['rs_admin', 'urn:gatehouse:admin'])
})

it('the admin API has exactly the permissions of the contract', () => {
  expect(sorted(adminPermissions)).toEqual(sorted(all))
})

describe('built-in roles', () => {
  it('are owner, deployer and viewer', () => {
    expect(builtInRoles.map(({ id, name }) => [id, name])).toEqual([
      ['role_owner', 'owner'],
      ['role_deployer', 'deployer'],
      ['role_viewer', 'viewer'],
    ])
  })

  it.each([
    ['role_owner', all],
    [
      'role_deployer',
      [
        ...reads,
        'service-accounts:write',
        'trust-policies:write',
        'credentials:write',
        'tokens:introspect',
        'tokens:revoke',
      ],
    ],
    ['role_viewer', reads],
  ])('%s has exactly these permissions', (roleId, permissions) => {
    const role = builtInRoles.find(({ id }) => id === roleId)
    expect(sorted(role?.permissions)).toEqual(sorted(permissions))
  })

  it('give only what the admin API has', () => {
    const given = builtInRoles.flatMap(({ permissions }) => permissions)
    expect(given.filter((permission) => !all.includes(permission))).toEqual([])
  })
})

describe('isReading', () => {
  it('holds for what changes nothing', () => {
    const reading = adminPermissions.filter(isReading)
    expect(reading.toSorted()).toEqual(
      [...reads, 'audit-events:read', 'tokens:introspect'].toSorted(),
    )
  })
})
