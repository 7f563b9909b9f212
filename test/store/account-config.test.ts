import type { InStatement } from '@libsql/client/http'
import { describe, expect, it } from 'vitest'
import type { AccountConfig } from '../../src/core/account-config.ts'
import { readAccountConfig } from '../../src/store/exchange/account-config.ts'
import { useDatabase } from './database.ts'
import * as made from './tree.ts'

const database = useDatabase(
  ...made.tree,
  made.account('sa_1'),
  made.account('sa_2'),
  made.binding('rb_1'),
  made.issuer('iss_a'),
  made.policy('tp_1'),
  made.secret('sec_1'),
)

const read = (clientId = 'cli_1') => readAccountConfig(database().db, clientId, null)
const configAfter = async (...statements: readonly InStatement[]) => {
  if (statements.length > 0) await database().write(...statements)
  return (await read()).config
}

describe('a known client', () => {
  it('is read with all that decides, in one request', async () => {
    const { config, spent } = await read()
    expect(database().requests()).toBe(1)
    const { signingKey, versions, ...rest } = config
    expect(rest).toEqual({
      account: {
        id: 'sa_1',
        clientId: 'cli_1',
        namespaceId: 'ns_payments',
        namespacePath: '/acme/payments',
        tenantId: 'ns_acme',
        name: 'sa_1',
        enabled: true,
        grantTypes: ['client_credentials'],
        resourceServerIds: null,
        maxTokenTtlSeconds: null,
        clientCredentials: false,
        authMethod: null,
      },
      namespaceEnabled: true,
      issuers: [
        {
          id: 'iss_a',
          version: 1,
          issuer: 'https://iss_a.test',
          preset: null,
          jwksUri: null,
          jwks: null,
          algorithms: ['RS256'],
          maxTokenAgeSeconds: 3600,
          replay: null,
          enabled: true,
        },
      ],
      policies: [
        {
          id: 'tp_1',
          version: 1,
          name: 'tp_1',
          issuer: 'https://iss_a.test',
          audience: 'https://gw.test',
          boundClaims: { ref: 'refs/heads/main' },
          replay: null,
          maxTokenTtlSeconds: null,
          scope: null,
          enabled: true,
          expiresAt: null,
        },
      ],
      bindings: [
        {
          id: 'rb_1',
          groupId: null,
          roleId: 'role_api',
          resourceServerId: 'rs_api',
          namespaceId: 'ns_payments',
          namespacePath: '/acme/payments',
          permissions: ['deploy:write'],
          enabled: true,
        },
      ],
      resourceServers: [
        {
          id: 'rs_api',
          identifier: 'https://rs_api.test',
          namespacePath: '/acme',
          tenantId: 'ns_acme',
          permissions: ['deploy:read', 'deploy:write'],
          tokenTtlSeconds: 600,
        },
      ],
      secrets: [
        { id: 'sec_1', hash: 'A'.repeat(43), pepperVersion: 1, expiresAt: made.madeAt + 1000 },
      ],
      keys: [],
      namedTokens: [],
    })
    expect(signingKey).toEqual({
      kid: await database().value('SELECT kid FROM signing_keys'),
      algorithm: 'ES256',
      wrappedKey: await database().value('SELECT wrapped_key FROM signing_keys'),
    })
    expect(versions).toEqual({
      tenant: 7,
      root: await database().value("SELECT config_version FROM namespaces WHERE id = 'ns_root'"),
    })
    expect(spent).toEqual({ token: false, assertion: false, proof: false })
  })

  it('has policies oldest first, and of equal age in the order of their saving', async () => {
    const { policies } = await configAfter(
      made.policy('tp_a', { created_at: made.madeAt + 1 }),
      made.policy('tp_z', { created_at: made.madeAt - 1 }),
      made.policy('tp_0', { created_at: made.madeAt }),
    )
    expect(policies.map(({ id }) => id)).toEqual(['tp_z', 'tp_1', 'tp_0', 'tp_a'])
  })

  it('has no signing key where none is active', async () => {
    const { signingKey } = await configAfter("UPDATE signing_keys SET state = 'retired'")
    expect(signingKey).toBeNull()
  })

  it('has issuers of its line and of no other namespace', async () => {
    const { issuers } = await configAfter(
      made.issuer('iss_root', { namespace_id: 'ns_root' }),
      made.issuer('iss_home', { namespace_id: 'ns_payments' }),
      made.issuer('iss_below', { namespace_id: 'ns_eu' }),
      made.issuer('iss_beside', { namespace_id: 'ns_web' }),
      made.issuer('iss_prefix', { namespace_id: 'ns_acme-evil' }),
      made.issuer('iss_foreign', { namespace_id: 'ns_globex' }),
    )
    expect(issuers.map(({ id }) => id).sort()).toEqual(['iss_a', 'iss_home', 'iss_root'])
  })

  it('has nothing that belongs to another account', async () => {
    const { policies, secrets, bindings } = await configAfter(
      made.policy('tp_2', { service_account_id: 'sa_2' }),
      made.secret('sec_2', { service_account_id: 'sa_2' }),
      made.binding('rb_2', { service_account_id: 'sa_2', namespace_id: 'ns_eu' }),
    )
    const own = [policies, secrets, bindings].map((list) => list.length)
    expect(own).toEqual([1, 1, 1])
  })

  it('carries its ceiling, its limits and its grants', async () => {
    const { account } = await configAfter(
      `UPDATE service_accounts SET enabled = 0, resource_server_ids = '["rs_api"]',
        max_token_ttl_seconds = 300, client_credentials = 1, grant_types = '[]'`,
    )
    expect(account).toMatchObject({
      enabled: false,
      resourceServerIds: ['rs_api'],
      maxTokenTtlSeconds: 300,
      clientCredentials: true,
      grantTypes: [],
    })
  })
})

describe('a client that is not ours', () => {
  const root = "SELECT config_version FROM namespaces WHERE id = 'ns_root'"

  it.each(['cli_nobody', '', 'CLI_1', ' cli_1', 'sa_1', "' OR 1=1 --"])(
    '%j is read as nothing, in one request too',
    async (clientId) => {
      const { config, spent } = await read(clientId)
      expect(database().requests()).toBe(1)
      const { signingKey: _, ...rest } = config
      expect(rest).toEqual({
        account: null,
        namespaceEnabled: false,
        issuers: [],
        policies: [],
        bindings: [],
        resourceServers: [],
        secrets: [],
        keys: [],
        namedTokens: [],
        versions: { tenant: null, root: await database().value(root) },
      })
      expect(spent).toEqual({ token: false, assertion: false, proof: false })
    },
  )

  // Counted, not timed: it must take as long as a client that is (R17).
  it.each([
    ['before the first', 'cli_0', 'cli_1'],
    ['between two', 'cli_10', 'cli_2'],
    ['behind the last', 'cli_3', 'cli_2'],
  ])('costs what its neighbor costs: %s', async (_where, clientId, neighbor) => {
    expect((await read(clientId)).weight).toBe((await read(neighbor)).weight)
  })

  it('is nothing even where there is no client at all', async () => {
    await database().write('DELETE FROM service_accounts')
    expect((await read()).config.account).toBeNull()
  })
})

describe('a stored policy that is not understood', () => {
  const policyAfter = async (changes: string) => {
    const { policies } = await configAfter(
      `UPDATE trust_policies SET ${changes} WHERE id = 'tp_1'`,
      made.policy('tp_2', { created_at: made.madeAt + 1 }),
    )
    return policies
  }

  it.each([
    ['a newer format', 'format = 2'],
    ['bound claims that do not parse', `bound_claims = '{"ref":'`],
    ['empty bound claims', "bound_claims = ''"],
    ['an unknown replay mode', "replay = 'twice'"],
    ['a scope that does not parse', "scope = '['"],
    ['a scope that is a text', `scope = '"deploy:write"'`],
    ['a scope of numbers', "scope = '[1]'"],
  ])('has no bound claims with %s, and leaves others alone', async (_, changes) => {
    const [one, two] = await policyAfter(changes)
    expect([one?.id, one?.boundClaims]).toEqual(['tp_1', undefined])
    expect([two?.id, two?.boundClaims]).toEqual(['tp_2', { ref: 'refs/heads/main' }])
  })

  it('says so for every newer format, and not for its own', async () => {
    expect((await policyAfter('format = 1'))[0]?.boundClaims).toEqual({ ref: 'refs/heads/main' })
  })
})

describe('what is damaged elsewhere', () => {
  it.each([
    ['the grants of the account', "UPDATE service_accounts SET grant_types = '['"],
    ['the permissions of a role', "UPDATE roles SET permissions = '[' WHERE id = 'role_api'"],
    ['the algorithms of an issuer', "UPDATE issuers SET algorithms = '['"],
  ])('is an outage: %s', async (_, damage) => {
    await database().write(damage)
    await expect(read()).rejects.toMatchObject({ name: 'Unavailable', dependency: 'database' })
  })

  const outcomeOf = async <T>(damage: string, of: (config: AccountConfig) => T) => {
    await database().write(damage)
    return read().then(
      ({ config }) => of(config) ?? null,
      () => 'outage',
    )
  }

  it('is never read as no ceiling', async () => {
    const damage = "UPDATE service_accounts SET resource_server_ids = '['"
    expect(await outcomeOf(damage, ({ account }) => account?.resourceServerIds)).not.toBeNull()
  })

  it('is never read as keys to be fetched instead of those given', async () => {
    const damage = "UPDATE issuers SET jwks = '{'"
    expect(await outcomeOf(damage, ({ issuers }) => issuers[0]?.jwks)).not.toBeNull()
  })
})

describe('suspension', () => {
  const suspend = (id: string) => `UPDATE namespaces SET enabled = 0 WHERE id = '${id}'`

  it.each(['ns_payments', 'ns_acme', 'ns_root'])('of %s reaches the account', async (id) => {
    expect((await configAfter(suspend(id))).namespaceEnabled).toBe(false)
  })

  it.each(['ns_eu', 'ns_web', 'ns_acme-evil', 'ns_globex'])(
    'of %s does not reach the account',
    async (id) => {
      expect((await configAfter(suspend(id))).namespaceEnabled).toBe(true)
    },
  )

  // The account lives in /acme/payments and is bound there and in /acme/payments/eu.
  it.each([
    ['ns_eu', [true, false]],
    ['ns_payments', [false, false]],
    ['ns_acme', [false, false]],
    ['ns_root', [false, false]],
    ['ns_web', [true, true]],
    ['ns_acme-evil', [true, true]],
  ])('of %s leaves its bindings enabled: %j', async (id, enabled) => {
    const { bindings } = await configAfter(
      made.binding('rb_eu', { namespace_id: 'ns_eu' }),
      suspend(id),
    )
    const byPath = new Map(bindings.map((bound) => [bound.namespacePath, bound.enabled]))
    expect([byPath.get('/acme/payments'), byPath.get('/acme/payments/eu')]).toEqual(enabled)
  })

  it('of a name that only begins alike leaves the other alone', async () => {
    const { bindings, namespaceEnabled } = await configAfter(
      made.namespace('ns_pay', '/acme/pay', { enabled: 0 }),
    )
    expect([namespaceEnabled, bindings[0]?.enabled]).toEqual([true, true])
  })
})
