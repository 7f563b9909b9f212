import { describe, expect, it, test } from 'vitest'
import { readAccountConfig } from '../../src/store/exchange/account-config.ts'
import { selectAccountConfig } from '../../src/store/exchange/account-config-sql.ts'
import { addMember, deleteMember } from '../../src/store/groups/group-members.ts'
import { findGroup, updateGroup } from '../../src/store/groups/groups.ts'
import { findAccount, listAccounts } from '../../src/store/service-accounts.ts'
import { useDatabase } from './database.ts'
import { account, binding, group, groupBinding, member, role, tree } from './tree.ts'

/** sa_1 lives in /acme/payments and is in grp_1; sa_root lives in / and is in grp_root. */
const database = useDatabase(
  ...tree,
  role('role_other'),
  account('sa_1'),
  account('sa_2'),
  account('sa_root', { namespace_id: 'ns_root', tenant_id: 'ns_root' }),
  binding('rb_own'),
  group('grp_1'),
  group('grp_root', { namespace_id: 'ns_root' }),
  groupBinding('rb_1', 'grp_1'),
  groupBinding('rb_2', 'grp_1', { role_id: 'role_other' }),
  member('grp_1', 'sa_1'),
  member('grp_root', 'sa_root'),
)

const bindingsOf = async (clientId: string) => {
  const { config } = await readAccountConfig(database().db, clientId, null)
  return config.bindings.map(({ id, groupId, roleId }) => [id, groupId, roleId])
}

describe('a configuration', () => {
  it('has what an account has itself, and what it has by its groups, in one request', async () => {
    const before = database().requests()
    expect((await bindingsOf('cli_1')).toSorted()).toEqual([
      ['rb_1', 'grp_1', 'role_api'],
      ['rb_2', 'grp_1', 'role_other'],
      ['rb_own', null, 'role_api'],
    ])
    expect(database().requests() - before).toBe(1)
    expect(await bindingsOf('cli_2')).toEqual([])
  })

  it('is read by the indexes, however many bindings there are', async () => {
    const plan = await database().read(
      `EXPLAIN QUERY PLAN ${selectAccountConfig}`,
      'cli_1',
      null,
      null,
      null,
      null,
      null,
    )
    const steps = plan.map(({ detail }) => String(detail))
    const scans = steps.filter((step) => /^SCAN (b|m|role_bindings|group_members)\b/.test(step))
    expect(scans).toEqual([])
    expect(steps.join('\n')).toMatch(/group_members_by_account \(service_account_id=\?\)/)
    expect(steps.join('\n')).toMatch(/role_bindings_group_once \(group_id=\?\)/)
    expect(steps.join('\n')).toMatch(/role_bindings_once \(service_account_id=\?\)/)
  })
})

describe('versions', () => {
  const versions = async (clientId: string) =>
    (await readAccountConfig(database().db, clientId, null)).config.versions

  const moved = async (clientId: string, change: () => Promise<unknown>) => {
    const before = await versions(clientId)
    await change()
    const after = await versions(clientId)
    return JSON.stringify(before) !== JSON.stringify(after)
  }

  const pair = async (groupId: string, accountId: string) => {
    const { db } = database()
    const [grp, acc] = [await findGroup(db, groupId), await findAccount(db, accountId)]
    if (grp === undefined || acc === undefined) throw new Error('they are seeded')
    return { group: grp, account: acc, judged: [] }
  }

  test('move with what its members have, in the tenant and in no other', async () => {
    const { db, write } = database()
    await write('DELETE FROM role_bindings')
    const change = await pair('grp_1', 'sa_2')
    expect(await moved('cli_2', () => addMember(db, change, 0))).toBe(true)
    expect(await moved('cli_root', () => deleteMember(db, change, []))).toBe(false)
    const everybodys = await pair('grp_root', 'sa_2')
    expect(await moved('cli_2', () => addMember(db, everybodys, 0))).toBe(true)
    expect(await moved('cli_root', () => deleteMember(db, everybodys, []))).toBe(false)
  })

  test('of root accounts move with tenants that a group of / has a role in', async () => {
    const { db, write } = database()
    const rename = async () => {
      const grp = await findGroup(db, 'grp_1')
      if (grp === undefined) throw new Error('it is seeded')
      return updateGroup(db, grp, { name: grp.name, displayName: null })
    }
    expect(await moved('cli_root', rename)).toBe(false)
    await write(groupBinding('rb_reach', 'grp_root', { namespace_id: 'ns_acme' }))
    expect(await moved('cli_root', rename)).toBe(true)
  })
})

describe('accounts', () => {
  it('show groups and roles: each once, where they count, in one statement', async () => {
    await database().write(
      groupBinding('rb_3', 'grp_1', { namespace_id: 'ns_acme' }),
      groupBinding('rb_4', 'grp_1', { namespace_id: 'ns_eu' }),
    )
    const before = database().requests()
    const listed = await listAccounts(database().db, {
      places: ['/acme'],
      within: undefined,
      name: undefined,
      enabled: undefined,
      kind: undefined,
      after: null,
      limit: 10,
    })
    expect(database().requests() - before).toBe(1)
    expect(listed.map(({ id, groupIds, roles }) => ({ id, groupIds, roles }))).toEqual([
      {
        id: 'sa_1',
        groupIds: ['grp_1'],
        roles: [
          { roleId: 'role_api', name: 'role_api', namespacePath: '/acme/payments' },
          { roleId: 'role_other', name: 'role_other', namespacePath: '/acme/payments' },
          { roleId: 'role_api', name: 'role_api', namespacePath: '/acme/payments/eu' },
        ],
      },
      { id: 'sa_2', groupIds: [], roles: [] },
    ])
    expect((await findAccount(database().db, 'sa_1'))?.roles).toEqual(listed[0]?.roles)
  })
})

test('a binding is of an account or of a group, never of both or of none', async () => {
  const { write } = database()
  for (const whose of [{ group_id: 'grp_1' }, { service_account_id: null }]) {
    await expect(write(binding('rb_wrong', whose))).rejects.toThrow(/role_bindings_principal/)
  }
})
