import { expect, it, test } from 'vitest'
import { deleteAccount, updateAccount } from '../../src/store/account-changes.ts'
import { bindingsOfGroups } from '../../src/store/groups/group-bindings.ts'
import { deleteMember } from '../../src/store/groups/group-members.ts'
import { deleteGroup, findGroup } from '../../src/store/groups/groups.ts'
import { wouldKeepOwner } from '../../src/store/roles/owners.ts'
import { deleteBinding } from '../../src/store/roles/role-binding-changes.ts'
import { findBinding } from '../../src/store/roles/role-bindings.ts'
import { useDatabase } from './database.ts'
import { account, binding, group, groupBinding, member, tree } from './tree.ts'

const home = { namespace_id: 'ns_acme' }
const owns = { ...home, role_id: 'role_owner' }

/** sa_1 owns /acme by grp_1; sa_below is in it, too, and lives below. */
const database = useDatabase(
  ...tree,
  account('sa_1', home),
  account('sa_2', home),
  account('sa_below'),
  group('grp_1'),
  group('grp_2'),
  groupBinding('rb_1', 'grp_1', owns),
  member('grp_1', 'sa_1'),
  member('grp_1', 'sa_below'),
)

const place = { tenantId: 'ns_acme', namespaceId: 'ns_acme', namespacePath: '/acme' }
const one = { id: 'sa_1', name: 'sa_1', ...place }
const keepOwnersOf = ['ns_root', 'ns_acme']
const stopping = { keepOwnersOf, now: 0 }

const found = async <T>(finding: Promise<T | undefined>): Promise<T> => {
  const value = await finding
  if (value === undefined) throw new Error('it is seeded')
  return value
}

/** What comes of every way to take the owner away, until one is done. */
const endings = async (): Promise<readonly string[]> => {
  const { db } = database()
  const grp = await found(findGroup(db, 'grp_1'))
  const judged = await bindingsOfGroups(db, ['grp_1'])
  const bound = await found(findBinding(db, 'rb_1'))
  const ways = [
    () => deleteMember(db, { group: grp, account: one, judged }, keepOwnersOf),
    () => deleteGroup(db, grp, { judged, keepOwnersOf }),
    () => deleteBinding(db, bound, { keepOwner: true }),
    () => updateAccount(db, one, { changes: { enabled: false }, ...stopping }),
    () => updateAccount(db, one, { changes: { resourceServerIds: [] }, ...stopping }),
    () => deleteAccount(db, one, stopping),
  ]
  const kinds: string[] = []
  for (const way of ways) {
    kinds.push((await way()).kind)
    if (kinds.at(-1) === 'done') break
  }
  return kinds
}

const kept = ['guard', 'guard', 'guard', 'guard', 'guard', 'guard']

test('AC-300 the last owner by a group stays, whoever of it lives below', async () => {
  expect(await endings()).toEqual(kept)
})

it.each([
  ['an owner by its own binding', [binding('rb_2', { ...owns, service_account_id: 'sa_2' })]],
  ['another member', [member('grp_1', 'sa_2')]],
  ['an owner by another group', [groupBinding('rb_2', 'grp_2', owns), member('grp_2', 'sa_2')]],
  [
    'the same account by another group',
    [groupBinding('rb_2', 'grp_2', owns), member('grp_2', 'sa_1')],
  ],
])('it goes beside %s', async (_, statements) => {
  await database().write(...statements)
  expect(await endings()).toEqual(['done'])
})

it.each([
  [
    'a member of another group with another role',
    [groupBinding('rb_2', 'grp_2', { ...owns, role_id: 'role_viewer' }), member('grp_2', 'sa_2')],
  ],
  ['an empty group that owns', [groupBinding('rb_2', 'grp_2', owns)]],
  [
    'a group that owns what lies below',
    [groupBinding('rb_2', 'grp_2', { role_id: 'role_owner' }), member('grp_2', 'sa_2')],
  ],
  [
    'a member who is disabled',
    [member('grp_1', 'sa_2'), `UPDATE service_accounts SET enabled = 0 WHERE id = 'sa_2'`],
  ],
  [
    'a member whose ceiling leaves this API out',
    [
      member('grp_1', 'sa_2'),
      `UPDATE service_accounts SET resource_server_ids = '["rs_api"]' WHERE id = 'sa_2'`,
    ],
  ],
])('AC-300 it stays beside %s', async (_, statements) => {
  await database().write(...statements)
  const others = await endings()
  // Beside a second member, the group may not go either.
  expect(others).toEqual(kept)
})

test('a member who owns nothing may go, whoever remains', async () => {
  const { db, write } = database()
  await write(`UPDATE service_accounts SET enabled = 0 WHERE id = 'sa_1'`)
  const lost = { groupId: 'grp_1', accountId: 'sa_below' }
  expect(await wouldKeepOwner(db, { namespaceId: 'ns_acme', lost })).toBe(true)
  const loss = { namespaceId: 'ns_acme', lost: { groupId: 'grp_1' } }
  expect(await wouldKeepOwner(db, loss)).toBe(true)
})

test('what was judged must still be so: no binding more, no role changed, no place moved', async () => {
  const { db, write } = database()
  const grp = await found(findGroup(db, 'grp_1'))
  const judged = await bindingsOfGroups(db, ['grp_1'])
  const leave = () =>
    deleteMember(db, { group: grp, account: { ...one, id: 'sa_below' }, judged }, [])
  await write(groupBinding('rb_2', 'grp_1'))
  expect(await leave()).toEqual({ kind: 'guard', index: 1 })
  await write(`DELETE FROM role_bindings WHERE id = 'rb_2'`)
  await write(`UPDATE roles SET version = version + 1 WHERE id = 'role_owner'`)
  expect(await leave()).toEqual({ kind: 'guard', index: 1 })
  await write(`UPDATE roles SET version = version - 1 WHERE id = 'role_owner'`)
  await write(`UPDATE namespaces SET path = '/acme2' WHERE id = 'ns_acme'`)
  expect(await leave()).toEqual({ kind: 'guard', index: 1 })
  await write(`UPDATE namespaces SET path = '/acme' WHERE id = 'ns_acme'`)
  expect(await leave()).toEqual({ kind: 'done' })
  expect(await leave()).toEqual({ kind: 'guard', index: 0 })
})
