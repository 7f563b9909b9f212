import { describe, expect, it } from 'vitest'
import type {
  AccountBinding,
  AccountConfig,
  ResourceServer,
} from '../../src/core/account-config.ts'
import { chooseTarget, grantScope, holdingsOf, ownTarget } from '../../src/core/target.ts'
import { account, api, binding, configWith } from './account-config.ts'

const bound = (...changes: Partial<AccountBinding>[]) =>
  Object.fromEntries(
    holdingsOf(configWith({ bindings: changes.map((change) => ({ ...binding, ...change })) }), api),
  )
const invalidTarget = { ok: false, error: 'invalid_target' }
const invalidScope = { ok: false, error: 'invalid_scope' }

describe('holdingsOf', () => {
  const home = ['/acme/payments']

  it('names each permission with where it holds', () => {
    expect(bound({})).toEqual({ 'deploy:read': home, 'deploy:write': home })
  })

  it.each<[string, Partial<AccountBinding>]>([
    ['above the account’s home', { namespacePath: '/acme' }],
    ['at the root', { namespacePath: '/' }],
    ['beside the account’s home', { namespacePath: '/acme/web' }],
    ['where only the prefix fits', { namespacePath: '/acme/payments-evil' }],
    ['in another tenant', { namespacePath: '/globex' }],
    ['in a suspended namespace', { enabled: false }],
    ['of another API', { resourceServerId: 'rs_other' }],
    ['without permissions', { permissions: [] }],
    ['with a permission that the API has no more', { permissions: ['deploy:delete'] }],
  ])('counts no binding %s', (_, change) => {
    expect(bound(change)).toEqual({})
  })

  it('counts a binding below the account’s home, where it is', () => {
    expect(bound({ namespacePath: '/acme/payments/eu', permissions: ['deploy:read'] })).toEqual({
      'deploy:read': ['/acme/payments/eu'],
    })
  })

  it.each([
    [['/acme/payments', '/acme/payments/eu']],
    [['/acme/payments/eu', '/acme/payments']],
    [['/acme/payments/eu', '/acme/payments/eu/1', '/acme/payments']],
    [['/acme/payments', '/acme/payments']],
  ])('of %j keeps the outermost', (paths) => {
    const changes = paths.map((namespacePath) => ({ namespacePath, permissions: ['deploy:read'] }))
    expect(bound(...changes)).toEqual({ 'deploy:read': home })
  })

  it('keeps places beside each other, prefix or not', () => {
    const paths = ['/acme/payments/eu', '/acme/payments/eu-2']
    const changes = paths.map((namespacePath) => ({ namespacePath, permissions: ['deploy:read'] }))
    expect(bound(...changes)).toEqual({ 'deploy:read': paths })
  })

  it('keeps the places of each permission apart', () => {
    const below = '/acme/payments/eu'
    expect(
      bound(
        { permissions: ['deploy:read'] },
        { namespacePath: below, permissions: ['deploy:write'] },
      ),
    ).toEqual({ 'deploy:read': home, 'deploy:write': [below] })
  })

  it('is empty without an account', () => {
    expect(holdingsOf(configWith({ account: null }), api).size).toBe(0)
  })
})

describe('chooseTarget', () => {
  const other: ResourceServer = { ...api, id: 'rs_other', identifier: 'https://other.acme.test' }
  const ofRoot: ResourceServer = {
    ...api,
    id: 'rs_root',
    identifier: 'https://root.test',
    namespacePath: '/',
    tenantId: 'ns_root',
  }
  const foreign: ResourceServer = {
    ...api,
    id: 'rs_foreign',
    identifier: 'https://api.globex.test',
    namespacePath: '/globex',
    tenantId: 'ns_globex',
  }
  const nothing = { resource: null, audience: null }
  /** A configuration with a role for each of these. */
  const withServers = (...resourceServers: ResourceServer[]): AccountConfig =>
    configWith({
      resourceServers,
      bindings: resourceServers.map(({ id }) => ({ ...binding, resourceServerId: id })),
    })
  const ceiling = (config: AccountConfig, resourceServerIds: readonly string[] | null) => ({
    ...config,
    account: { ...account, resourceServerIds },
  })
  const two = withServers(api, other)

  it.each([
    ['resource', { resource: other.identifier, audience: null }],
    ['audience', { resource: null, audience: other.identifier }],
    ['both, alike', { resource: other.identifier, audience: other.identifier }],
  ])('takes the one named as %s', (_, named) => {
    expect(chooseTarget(two, named)).toEqual({ ok: true, value: other })
  })

  it('refuses two names', () => {
    const named = { resource: api.identifier, audience: other.identifier }
    expect(chooseTarget(two, named)).toEqual(invalidTarget)
  })

  it.each<[string, AccountConfig]>([
    ['one API', withServers(api)],
    ['one API within the ceiling', ceiling(two, [api.id])],
    ['one API of the tenant, one of another', withServers(foreign, api)],
    [
      'one API with a role, one without',
      configWith({ resourceServers: [other, api], bindings: [binding] }),
    ],
  ])('takes the only one of %s', (_, config) => {
    expect(chooseTarget(config, nothing)).toEqual({ ok: true, value: api })
  })

  it.each<[string, AccountConfig]>([
    ['no API', withServers()],
    ['two APIs', two],
    ['one API of the tenant and one of the root', withServers(api, ofRoot)],
    ['a ceiling that leaves none', ceiling(two, [])],
    ['a ceiling that leaves two', ceiling(two, [api.id, other.id])],
    ['an API of another tenant alone', withServers(foreign)],
    ['no account', { ...withServers(api), account: null }],
  ])('refuses to choose from %s', (_, config) => {
    expect(chooseTarget(config, nothing)).toEqual(invalidTarget)
  })

  const noRole = configWith({ bindings: [] })
  const aboveHome = configWith({ bindings: [{ ...binding, namespacePath: '/acme' }] })
  const suspended = configWith({ bindings: [{ ...binding, enabled: false }] })
  const goneFromApi = configWith({ bindings: [{ ...binding, permissions: ['deploy:delete'] }] })

  it.each<[string, AccountConfig, string]>([
    ['unknown', two, 'https://nobody.test'],
    ['spelled otherwise', two, `${api.identifier}/`],
    ['in capitals', two, api.identifier.toUpperCase()],
    ['empty', two, ''],
    ['an id instead of an identifier', two, api.id],
    ['of another tenant', withServers(api, foreign), foreign.identifier],
    ['above the ceiling', ceiling(two, [other.id]), api.identifier],
    ['above a ceiling of nothing', ceiling(two, []), api.identifier],
    ['without a role', noRole, api.identifier],
    ['with a role above the account’s home', aboveHome, api.identifier],
    ['with a role in a suspended namespace', suspended, api.identifier],
    ['with a role of permissions that it has no more', goneFromApi, api.identifier],
  ])('refuses one that is %s', (_, config, resource) => {
    expect(chooseTarget(config, { resource, audience: null })).toEqual(invalidTarget)
  })

  it('takes an API of the root with a role for it', () => {
    const config = withServers(api, ofRoot)
    const named = { resource: ofRoot.identifier, audience: null }
    expect(chooseTarget(config, named)).toEqual({ ok: true, value: ofRoot })
  })

  it('does not reach another tenant by a ceiling that names it', () => {
    const config = ceiling(withServers(foreign), [foreign.id])
    const named = { resource: foreign.identifier, audience: null }
    expect(chooseTarget(config, named)).toEqual(invalidTarget)
  })
})

describe('grantScope', () => {
  const holdings = new Map([
    ['deploy:write', ['/acme/payments']],
    ['deploy:read', ['/acme/payments', '/acme/web']],
  ])
  const granted = (
    requested: readonly string[] | null,
    policy: readonly string[] | null = null,
  ) => {
    const result = grantScope(holdings, requested, policy)
    return result.ok ? [...result.value] : result
  }
  const read = ['deploy:read', ['/acme/payments', '/acme/web']]
  const write = ['deploy:write', ['/acme/payments']]

  it.each<[string, string[] | null, string[] | null, unknown[]]>([
    ['everything held, in order', null, null, [read, write]],
    ['what is asked', ['deploy:write'], null, [write]],
    ['all that is asked, in order', ['deploy:write', 'deploy:read'], null, [read, write]],
    ['the policy’s part', null, ['deploy:write'], [write]],
    ['the policy’s part that is held', null, ['deploy:write', 'other'], [write]],
    ['what is asked of the policy’s part', ['deploy:read'], ['deploy:read'], [read]],
  ])('grants %s', (_, requested, policy, expected) => {
    expect(granted(requested, policy)).toEqual(expected)
  })

  it.each<[string, string[] | null, string[] | null]>([
    ['more than is held', ['deploy:read', 'other'], null],
    ['nothing that is held', ['other'], null],
    ['a permission spelled otherwise', ['Deploy:read'], null],
    ['an inherited name', ['constructor'], null],
    ['more than the policy gives', ['deploy:read'], ['deploy:write']],
    ['no permission at all', [], null],
    ['all of a policy that gives nothing held', null, ['other']],
    ['all of a policy that gives nothing', null, []],
  ])('refuses %s', (_, requested, policy) => {
    expect(granted(requested, policy)).toEqual(invalidScope)
  })

  it('refuses an account that holds nothing', () => {
    expect(grantScope(new Map(), null, null)).toEqual(invalidScope)
  })
})

describe('ownTarget', () => {
  const other: ResourceServer = { ...api, id: 'rs_other', identifier: 'https://other.acme.test' }
  const both = configWith({
    resourceServers: [api, other],
    bindings: [binding, { ...binding, resourceServerId: other.id }],
  })
  const unnamed = { resource: null, audience: null }

  it('is the one API, however many the account may have tokens for', () => {
    expect(ownTarget(both, api.id, unnamed)).toEqual({ ok: true, value: api })
    expect(ownTarget(both, other.id, unnamed)).toEqual({ ok: true, value: other })
    const named = { resource: api.identifier, audience: null }
    expect(ownTarget(both, api.id, named)).toEqual({ ok: true, value: api })
  })

  it('is no other that is named, and none that may not be had', () => {
    expect(ownTarget(both, api.id, { ...unnamed, audience: other.identifier })).toEqual(
      invalidTarget,
    )
    expect(ownTarget(both, 'rs_gone', unnamed)).toEqual(invalidTarget)
    expect(ownTarget(configWith({ bindings: [] }), api.id, unnamed)).toEqual(invalidTarget)
  })
})
