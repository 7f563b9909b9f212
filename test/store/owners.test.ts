import type { InValue } from '@libsql/client/http'
import { expect, it, test } from 'vitest'
import { deleteAccount, updateAccount } from '../../src/store/account-changes.ts'
import { wouldKeepOwner } from '../../src/store/roles/owners.ts'
import { deleteBinding } from '../../src/store/roles/role-binding-changes.ts'
import { findBinding } from '../../src/store/roles/role-bindings.ts'
import { useDatabase } from './database.ts'
import { account, binding, placeOfTenant, tree } from './tree.ts'

const home = { namespace_id: 'ns_acme' }
const owns = { ...home, role_id: 'role_owner' }

const database = useDatabase(
  ...tree,
  account('sa_1', home),
  account('sa_2', home),
  binding('rb_1', owns),
  binding('rb_2', { ...owns, service_account_id: 'sa_2' }),
)

const one = { ...placeOfTenant('acme'), id: 'sa_1', name: 'sa_1' }
const stopping = { keepOwnersOf: ['ns_root', 'ns_acme'], now: 0 }

const second = (changes: Readonly<Record<string, InValue>>) =>
  database().write({
    sql: `UPDATE service_accounts SET ${Object.keys(changes).map((name) => `${name} = ?`)}
      WHERE id = 'sa_2'`,
    args: Object.values(changes),
  })

/** What comes of every way to take the first owner away, the guard's answer alone. */
const endings = async (): Promise<readonly string[]> => {
  const { db } = database()
  const bound = await findBinding(db, 'rb_1')
  if (bound === undefined) throw new Error('rb_1 is seeded')
  const cut = await updateAccount(db, one, { changes: { resourceServerIds: [] }, ...stopping })
  if (cut.kind === 'done') return ['done']
  const disabled = await updateAccount(db, one, { changes: { enabled: false }, ...stopping })
  const deleted = await deleteAccount(db, one, stopping)
  const unbound = await deleteBinding(db, bound, { keepOwner: true })
  return [cut, disabled, deleted, unbound].map(({ kind }) => kind)
}

const loss = { namespaceId: 'ns_acme', lost: { accountId: 'sa_1' } }

it.each([
  ['as it is', {}],
  ['with the admin API in its ceiling', { resource_server_ids: '["rs_api","rs_admin"]' }],
] as const)('lets an owner go while the other is there %s', async (_, changes) => {
  if (Object.keys(changes).length > 0) await second(changes)
  expect(await wouldKeepOwner(database().db, loss)).toBe(true)
  expect(await endings()).toEqual(['done'])
})

it.each([
  ['disabled', { enabled: 0 }],
  ['with an empty ceiling', { resource_server_ids: '[]' }],
  ['with a ceiling of other APIs', { resource_server_ids: '["rs_api","rs_admin2"]' }],
] as const)('keeps an owner while the other is %s, which may go itself', async (_, changes) => {
  await second(changes)
  expect(await wouldKeepOwner(database().db, loss)).toBe(false)
  expect(await endings()).toEqual(['guard', 'guard', 'guard', 'guard'])
  const other = { ...one, id: 'sa_2' }
  expect((await deleteAccount(database().db, other, stopping)).kind).toBe('done')
})

test('an account that owns nothing may be cut off whoever remains', async () => {
  const { db, write } = database()
  await write('DELETE FROM role_bindings')
  const changes = { resourceServerIds: [] }
  expect((await updateAccount(db, one, { changes, ...stopping })).kind).toBe('done')
})
