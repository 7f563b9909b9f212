import { expect, it } from 'vitest'
import {
  type AccountKeyRow,
  addKey,
  deleteKey,
  findKey,
  listKeys,
} from '../../src/store/credentials/account-keys.ts'
import { readAccountConfig } from '../../src/store/exchange/account-config.ts'
import { useDatabase } from './database.ts'
import * as made from './tree.ts'
import { placeOfTenant } from './tree.ts'

const database = useDatabase(...made.tree, made.account('sa_1'), made.account('sa_2'))

const key = (id: string, changes: Partial<AccountKeyRow> = {}): AccountKeyRow => ({
  id,
  serviceAccountId: 'sa_1',
  kid: `kid-of-${id}`,
  algorithm: 'ES256',
  jwk: { kty: 'EC', kid: `kid-of-${id}` },
  assertionAudience: null,
  expiresAt: null,
  createdAt: made.madeAt,
  lastUsedAt: null,
  lastUsedFrom: null,
  ...changes,
})
const add = (row: AccountKeyRow) => addKey(database().db, placeOfTenant('acme'), row)
const remove = (id: string, serviceAccountId = 'sa_1') =>
  deleteKey(database().db, placeOfTenant('acme'), { id, serviceAccountId })
const version = () => database().value("SELECT config_version FROM namespaces WHERE id = 'ns_acme'")
const done = { kind: 'done' }

it('adds, lists in the order of making, finds and deletes; each change moves the version', async () => {
  const { db } = database()
  const [one, two] = [key('key_1'), key('key_2', { assertionAudience: 'old', expiresAt: 5 })]
  const early = key('key_0', { createdAt: made.madeAt - 1 })
  for (const each of [two, one, early]) expect(await add(each)).toEqual(done)
  expect(await listKeys(db, 'sa_1')).toEqual([early, two, one])
  expect(await listKeys(db, 'sa_2')).toEqual([])
  expect(await findKey(db, two)).toEqual(two)
  expect(await version()).toBe(10)
  expect(await remove('key_1')).toEqual(done)
  expect(await findKey(db, one)).toBeUndefined()
  expect(await version()).toBe(11)
})

it('is part of what an exchange reads', async () => {
  await add(key('key_1', { assertionAudience: 'old', expiresAt: 5 }))
  const { config } = await readAccountConfig(database().db, 'cli_1', null)
  const {
    serviceAccountId: _s,
    createdAt: _c,
    lastUsedAt: _l,
    lastUsedFrom: _f,
    ...read
  } = key('key_1', { assertionAudience: 'old', expiresAt: 5 })
  expect(config.keys).toEqual([read])
})

it('finds and deletes only under its own account', async () => {
  await add(key('key_1'))
  const foreign = { id: 'key_1', serviceAccountId: 'sa_2' }
  expect(await findKey(database().db, foreign)).toBeUndefined()
  expect(await remove('key_1', 'sa_2')).toEqual({ kind: 'guard', index: 0 })
  expect(await listKeys(database().db, 'sa_1')).toHaveLength(1)
})

it('refuses what is gone, full or taken, and changes nothing', async () => {
  expect(await add(key('key_0', { serviceAccountId: 'sa_9' }))).toEqual({ kind: 'guard', index: 0 })
  for (let i = 1; i <= 4; i++) await add(key(`key_${i}`))
  const before = await version()
  expect(await add(key('key_5', { kid: 'kid-of-key_1' }))).toMatchObject({ kind: 'constraint' })
  expect(await version()).toBe(before)
  await add(key('key_5'))
  expect(await add(key('key_6'))).toEqual({ kind: 'guard', index: 1 })
  const another = key('key_7', { serviceAccountId: 'sa_2', kid: 'kid-of-key_1' })
  expect(await add(another)).toEqual(done)
})

it('race: of 50 keys five are added', async () => {
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => add(key(`key_${i}`))))
  expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(5)
  expect(await listKeys(database().db, 'sa_1')).toHaveLength(5)
})
