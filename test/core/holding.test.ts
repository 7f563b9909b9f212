import { describe, expect, it } from 'vitest'
import type { AccountBinding } from '../../src/core/account-config.ts'
import {
  type Actor,
  clientActor,
  type HeldRole,
  heldRoles,
  holds,
  holdsAdmin,
  ownsAt,
  type Power,
  placesOf,
} from '../../src/core/holding.ts'
import { adminPermissions, builtInRoles } from '../../src/core/permission.ts'
import { account, binding, configWith } from './account-config.ts'

const actorWith = (roles: readonly HeldRole[], scope: readonly string[] = []): Actor => ({
  account,
  roles,
  scope: new Set(scope),
  bindings: [],
  suspended: [],
})
const builtIn = (name: 'owner' | 'deployer' | 'viewer', namespacePath: string): HeldRole => ({
  roleId: `role_${name}`,
  resourceServerId: 'rs_admin',
  namespacePath,
  permissions: builtInRoles.find((role) => role.name === name)?.permissions ?? [],
})
const custom = (changes: Partial<HeldRole>): HeldRole => ({
  roleId: 'role_custom',
  resourceServerId: 'rs_api',
  namespacePath: '/acme',
  permissions: ['deploy:write'],
  ...changes,
})
/** Writing deployments through the tenant's API in /acme/payments. */
const power = (changes: Partial<Power> = {}): Power => ({
  permission: 'deploy:write',
  resourceServerId: 'rs_api',
  serverPath: '/acme',
  path: '/acme/payments',
  ...changes,
})
const admin = (permission: string, path: string): Power =>
  power({ permission, path, resourceServerId: 'rs_admin', serverPath: '/' })

interface Case {
  readonly name: string
  readonly power: Power
  readonly held: boolean
}
const table = (cases: Readonly<Record<string, readonly [Power, boolean]>>): Case[] =>
  Object.entries(cases).map(([name, [power, held]]) => ({ name, power, held }))

describe('owner of /acme', () => {
  const actor = actorWith([builtIn('owner', '/acme')])

  it.each(
    table({
      'its API, at N': [power({ path: '/acme' }), true],
      'its API, below N': [power(), true],
      'any permission of its API': [power({ permission: 'anything' }), true],
      'an API that lives below N': [power({ serverPath: '/acme/web' }), true],
      'its API, above N': [power({ path: '/' }), false],
      'its API, in another tenant': [power({ path: '/globex' }), false],
      'its API, where only the prefix fits': [power({ path: '/acme-evil' }), false],
      'an API of another tenant': [power({ serverPath: '/globex' }), false],
      'an API of a tenant with its prefix': [power({ serverPath: '/acme-evil' }), false],
      'an API of the root': [power({ serverPath: '/' }), false],
      'administration at N': [admin('roles:write', '/acme'), true],
      'administration below N': [admin('signing-keys:write', '/acme/payments'), true],
      'administration above N': [admin('roles:write', '/'), false],
      'administration that no role lists': [admin('everything:write', '/acme'), false],
    }),
  )('$name: $held', ({ power, held }) => {
    expect(holds(actor, power)).toBe(held)
  })
})

describe('owner of /acme/payments', () => {
  const actor = actorWith([builtIn('owner', '/acme/payments')])

  it.each(
    table({
      'the API of the tenant above, at N': [power(), true],
      'the API of the tenant above, below N': [power({ path: '/acme/payments/eu' }), true],
      'an API of a sibling, at N': [power({ serverPath: '/acme/web' }), true],
      'the API of the tenant above, above N': [power({ path: '/acme' }), false],
      'the API of the tenant above, in a sibling': [power({ path: '/acme/web' }), false],
      'an API of another tenant': [power({ serverPath: '/globex' }), false],
    }),
  )('$name: $held', ({ power, held }) => {
    expect(holds(actor, power)).toBe(held)
  })
})

describe('bound at the root', () => {
  const everywhere = table({
    'an API of a tenant, there': [power(), true],
    'an API of a tenant, at the root': [power({ path: '/' }), true],
    'an API of a tenant, in another': [power({ path: '/globex' }), true],
    'an API of the root': [power({ serverPath: '/', path: '/' }), true],
  })

  it.each([
    ...everywhere,
    ...table({ 'administration of the root': [admin('roles:write', '/'), true] }),
  ])('owner has $name: $held', ({ power, held }) => {
    expect(holds(actorWith([builtIn('owner', '/')]), power)).toBe(held)
  })

  it.each([
    ...everywhere,
    ...table({
      'administration that its role lists': [admin('credentials:write', '/acme'), true],
      'administration that its role lacks': [admin('roles:write', '/acme'), false],
      'administration of the root': [admin('namespaces:write', '/'), false],
    }),
  ])('deployer has $name: $held', ({ power, held }) => {
    expect(holds(actorWith([builtIn('deployer', '/')]), power)).toBe(held)
  })
})

describe('deployer of /acme', () => {
  const actor = actorWith([builtIn('deployer', '/acme')])

  it.each(
    table({
      'its API, at N': [power({ path: '/acme' }), true],
      'its API, below N': [power(), true],
      'its API, above N': [power({ path: '/' }), false],
      'an API of another tenant': [power({ serverPath: '/globex' }), false],
      'an API of the root': [power({ serverPath: '/' }), false],
      'administration that its role lists': [admin('credentials:write', '/acme'), true],
      'administration that its role lacks': [admin('role-bindings:write', '/acme'), false],
      'audit events': [admin('audit-events:read', '/acme'), false],
    }),
  )('$name: $held', ({ power, held }) => {
    expect(holds(actor, power)).toBe(held)
  })
})

describe('roles that imply nothing', () => {
  const allOfAdmin = { resourceServerId: 'rs_admin', permissions: adminPermissions }

  it.each<[string, HeldRole]>([
    ['viewer', builtIn('viewer', '/acme')],
    ['a custom role with all of the admin API', custom(allOfAdmin)],
    ['a role of the API with another permission', custom({ permissions: ['deploy:read'] })],
    ['a role of another API with the same permission', custom({ resourceServerId: 'rs_other' })],
    ['the role, in a sibling', custom({ namespacePath: '/acme/web' })],
    ['the role, below', custom({ namespacePath: '/acme/payments/eu' })],
    ['the role, where only the prefix fits', custom({ namespacePath: '/acme/pay' })],
  ])('%s', (_, role) => {
    expect(holds(actorWith([role]), power())).toBe(false)
  })

  it('no role at all', () => {
    expect(holds(actorWith([]), power())).toBe(false)
  })
})

describe('a binding that gives a permission', () => {
  it.each([
    ['of its own tenant’s API', power()],
    ['of an API of the root', power({ serverPath: '/' })],
    ['at N', power({ path: '/acme' })],
  ])('%s makes it held', (_, wanted) => {
    expect(holds(actorWith([custom({})]), wanted)).toBe(true)
  })

  it('of an API of the root gives an owner that and no more', () => {
    const roles = [builtIn('owner', '/acme'), custom({ resourceServerId: 'rs_root' })]
    const ofRoot = (permission: string) =>
      power({ permission, resourceServerId: 'rs_root', serverPath: '/' })
    expect(holds(actorWith(roles), ofRoot('deploy:write'))).toBe(true)
    expect(holds(actorWith(roles), ofRoot('deploy:read'))).toBe(false)
  })
})

describe('the scope is only a ceiling', () => {
  const owner = builtIn('owner', '/acme')

  it('names the places of a permission within it', () => {
    const roles = [owner, builtIn('viewer', '/globex')]
    expect(placesOf(actorWith(roles, ['roles:read']), 'roles:read')).toEqual(['/acme', '/globex'])
    expect(placesOf(actorWith(roles, ['roles:write']), 'roles:write')).toEqual(['/acme'])
  })

  it('leaves no place outside it', () => {
    expect(placesOf(actorWith([owner], ['issuers:read']), 'roles:read')).toEqual([])
    expect(placesOf(actorWith([owner], []), 'roles:read')).toEqual([])
  })

  it('gives nothing that no role gives', () => {
    const actor = actorWith([builtIn('viewer', '/acme')], ['roles:write', 'deploy:write'])
    expect(placesOf(actor, 'roles:write')).toEqual([])
    expect(holdsAdmin(actor, 'roles:write', '/acme')).toBe(false)
    expect(holds(actor, admin('roles:write', '/acme'))).toBe(false)
    expect(holds(actor, power())).toBe(false)
  })

  it('takes nothing away from what is held', () => {
    expect(holdsAdmin(actorWith([owner], []), 'roles:write', '/acme')).toBe(true)
    expect(holds(actorWith([owner], []), power())).toBe(true)
  })
})

describe('administration', () => {
  const lookalike = custom({ permissions: ['roles:write'] })

  it.each<[string, HeldRole, string, boolean]>([
    ['at N', builtIn('owner', '/acme'), '/acme', true],
    ['below N', builtIn('owner', '/acme'), '/acme/payments', true],
    ['above N', builtIn('owner', '/acme'), '/', false],
    ['where only the prefix fits', builtIn('owner', '/acme'), '/acme-evil', false],
    ['without the permission', builtIn('viewer', '/acme'), '/acme', false],
    ['by a permission of the same name of another API', lookalike, '/acme', false],
    ['by a custom role', custom({ ...lookalike, resourceServerId: 'rs_admin' }), '/acme', true],
  ])('%s', (_, role, path, held) => {
    expect(holdsAdmin(actorWith([role]), 'roles:write', path)).toBe(held)
  })

  it('has no place by a permission of the same name of another API', () => {
    expect(placesOf(actorWith([lookalike], ['roles:write']), 'roles:write')).toEqual([])
  })
})

describe('ownsAt', () => {
  const everything = custom({ resourceServerId: 'rs_admin', permissions: adminPermissions })

  it.each<[string, HeldRole, string, boolean]>([
    ['owner, at N', builtIn('owner', '/acme'), '/acme', true],
    ['owner, below N', builtIn('owner', '/acme'), '/acme/payments', true],
    ['owner, above N', builtIn('owner', '/acme'), '/', false],
    ['owner, where only the prefix fits', builtIn('owner', '/acme'), '/acme-evil', false],
    ['owner of the root', builtIn('owner', '/'), '/acme', true],
    ['deployer', builtIn('deployer', '/acme'), '/acme', false],
    ['a custom role with every permission', everything, '/acme', false],
  ])('%s', (_, role, path, owns) => {
    expect(ownsAt(actorWith([role]), path)).toBe(owns)
  })
})

describe('heldRoles', () => {
  const boundAt = (changes: Partial<AccountBinding>) =>
    heldRoles(configWith({ bindings: [{ ...binding, ...changes }] }))

  it.each(['/acme/payments', '/acme/payments/eu', '/acme/payments/eu/1'])(
    'counts a binding at %s',
    (namespacePath) => {
      expect(boundAt({ namespacePath })).toEqual([{ ...binding, namespacePath }])
    },
  )

  it.each(['/', '/acme', '/acme/web', '/acme/payments-evil', '/globex'])(
    'does not count a binding at %s, which is not at the account’s home or below',
    (namespacePath) => {
      expect(boundAt({ namespacePath })).toEqual([])
    },
  )

  it('does not count a binding in a suspended namespace', () => {
    expect(boundAt({ enabled: false })).toEqual([])
  })

  it('counts nothing without an account', () => {
    expect(heldRoles(configWith({ account: null }))).toEqual([])
  })
})

describe('an account that proved itself as a client', () => {
  const introspector: AccountBinding = {
    ...binding,
    resourceServerId: 'rs_admin',
    permissions: ['tokens:introspect'],
  }
  const places = (ceiling: readonly string[] | null, changes: Partial<AccountBinding> = {}) => {
    const config = configWith({ bindings: [{ ...introspector, ...changes }] })
    const actor = clientActor({ ...account, resourceServerIds: ceiling }, config)
    return placesOf(actor, 'tokens:introspect')
  }

  it('may do what its roles give, for no token narrows it', () => {
    expect(places(null)).toEqual(['/acme/payments'])
    expect(places(['rs_api', 'rs_admin'])).toEqual(['/acme/payments'])
  })

  it('may do nothing that its ceiling keeps out of its tokens', () => {
    expect(places(['rs_api'])).toEqual([])
    expect(places([])).toEqual([])
  })

  it('may do nothing by a role above its home, or in a suspended namespace', () => {
    expect(places(null, { namespacePath: '/acme' })).toEqual([])
    expect(places(null, { enabled: false })).toEqual([])
  })
})
