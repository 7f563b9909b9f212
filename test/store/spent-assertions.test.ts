import { expect, it } from 'vitest'
import { spendAssertion } from '../../src/store/credentials/spent-assertions.ts'
import { row, useDatabase } from './database.ts'
import * as made from './tree.ts'

const database = useDatabase(...made.tree, made.account('sa_1'))

const until = 1_800_000_090
const spend = (identity: string) =>
  spendAssertion(database().db, { identity, rememberUntil: until })
const issuedFor = (identity: string | null) =>
  row('decisions', {
    id: 'dec_1',
    at: made.madeAt,
    outcome: 'issued',
    grant_type: 'client_credentials',
    service_account_id: 'sa_1',
    client_id: 'cli_1',
    namespace_id: 'ns_payments',
    assertion_identity: identity,
  })

it('spends an assertion once, in one round trip each', async () => {
  expect(await spend('one')).toBe(true)
  expect(await spend('one')).toBe(false)
  expect(await spend('two')).toBe(true)
  expect(database().requests()).toBe(3)
  expect(await database().read('SELECT * FROM spent_assertions ORDER BY identity')).toEqual([
    { identity: 'one', remember_until: until },
    { identity: 'two', remember_until: until },
  ])
})

it('does not spend what a token was issued for', async () => {
  await database().write(issuedFor('one'))
  expect(await spend('one')).toBe(false)
  expect(await spend('two')).toBe(true)
})

it('is not kept from it by issues without an assertion', async () => {
  await database().write(issuedFor(null))
  expect(await spend('one')).toBe(true)
})

it('race: of 50 callers one spends it', async () => {
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => spend('one')))
  expect(outcomes.filter(Boolean)).toHaveLength(1)
})
