import { describe, expect, it } from 'vitest'
import {
  addSecret,
  deleteSecret,
  findSecret,
  listSecrets,
  type NewSecret,
} from '../../src/store/credentials/client-secrets.ts'
import { resetSecrets } from '../../src/store/credentials/secret-reset.ts'
import { findAccount } from '../../src/store/service-accounts.ts'
import { useDatabase } from './database.ts'
import { account, madeAt, placeOfTenant, secret, tree } from './tree.ts'

const database = useDatabase(...tree, account('sa_1'), account('sa_2'))

const owner = { ...placeOfTenant('acme'), id: 'sa_1', clientId: 'cli_1' }
const nowMs = madeAt + 500
const fresh = (id: string, changes: Partial<NewSecret> = {}): NewSecret => ({
  id,
  serviceAccountId: 'sa_1',
  hash: 'B'.repeat(43),
  pepperVersion: 2,
  expiresAt: nowMs + 1000,
  createdAt: nowMs,
  ...changes,
})
const idsOf = async (serviceAccountId = 'sa_1') =>
  (await listSecrets(database().db, serviceAccountId)).map(({ id }) => id)
const add = (id: string, changes: Partial<typeof owner> = {}) =>
  addSecret(database().db, { ...owner, ...changes }, fresh(id))
const accountNow = async () =>
  (
    await database().read(
      "SELECT client_id, client_credentials, version FROM service_accounts WHERE id = 'sa_1'",
    )
  )[0]
const switchOn = 'UPDATE service_accounts SET client_credentials = 1'
const configVersion = () =>
  database().value("SELECT config_version FROM namespaces WHERE id = 'ns_acme'")

describe('adding a secret', () => {
  it('keeps its digest, and switches client credentials on', async () => {
    expect(await add('sec_1')).toEqual({ kind: 'done' })
    expect(await listSecrets(database().db, 'sa_1')).toEqual([
      { ...fresh('sec_1'), lastUsedAt: null, lastUsedFrom: null },
    ])
    expect(await accountNow()).toEqual({ client_id: 'cli_1', client_credentials: 1, version: 2 })
    expect(await configVersion()).toBe(8)
  })

  it('leaves the account’s version where they are on already', async () => {
    await add('sec_1')
    await add('sec_2')
    expect(await accountNow()).toMatchObject({ version: 2 })
  })

  it('is refused where two live', async () => {
    await database().write(switchOn, secret('sec_1'), secret('sec_2'))
    expect(await add('sec_3')).toEqual({ kind: 'guard', index: 1 })
    expect(await idsOf()).toEqual(['sec_1', 'sec_2'])
    expect(await accountNow()).toMatchObject({ version: 1 })
  })

  it('ends those that are switched off, and no others', async () => {
    const other = secret('sec_9', { service_account_id: 'sa_2' })
    await database().write(secret('sec_1'), secret('sec_2'), other)
    expect(await add('sec_3')).toEqual({ kind: 'done' })
    expect(await add('sec_4')).toEqual({ kind: 'done' })
    expect(await idsOf()).toEqual(['sec_3', 'sec_4'])
    expect(await idsOf('sa_2')).toEqual(['sec_9'])
  })

  it('does not count what has expired, and sweeps it', async () => {
    await database().write(
      switchOn,
      secret('sec_1', { expires_at: nowMs }),
      secret('sec_2'),
      secret('sec_9', { service_account_id: 'sa_2', expires_at: nowMs }),
    )
    expect(await add('sec_3')).toEqual({ kind: 'done' })
    expect(await idsOf()).toEqual(['sec_2', 'sec_3'])
    expect(await idsOf('sa_2')).toEqual(['sec_9'])
  })

  it.each([
    ['is gone', { id: 'sa_gone' }],
    ['has another client id', { clientId: 'cli_before' }],
  ])('is refused where the account %s', async (_, changes) => {
    expect(await add('sec_1', changes)).toEqual({ kind: 'guard', index: 0 })
    expect(await idsOf()).toEqual([])
  })

  it('of 50 at once two are kept, and none that was switched off', async () => {
    await database().write(secret('sec_old1'), secret('sec_old2'))
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => add(`sec_${i}`)))
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(2)
    const ids = await idsOf()
    expect(ids).toHaveLength(2)
    expect(ids.filter((id) => id.startsWith('sec_old'))).toEqual([])
  })
})

describe('a reset', () => {
  const reset = (id: string, changes: { graceSeconds?: number; clientId?: string } = {}) =>
    resetSecrets(database().db, owner, {
      secret: fresh(id, { expiresAt: nowMs + 10_000_000 }),
      graceSeconds: null,
      clientId: 'cli_1',
      ...changes,
    })
  const expiries = async () =>
    Object.fromEntries(
      (await listSecrets(database().db, 'sa_1')).map(({ id, expiresAt }) => [id, expiresAt]),
    )

  it('ends all others, in one change', async () => {
    const other = secret('sec_9', { service_account_id: 'sa_2' })
    await database().write(secret('sec_1'), secret('sec_2'), other)
    expect(await reset('sec_3')).toEqual({ kind: 'done' })
    expect(await idsOf()).toEqual(['sec_3'])
    expect(await idsOf('sa_2')).toEqual(['sec_9'])
    expect(await configVersion()).toBe(8)
  })

  it('with a grace shortens the life of the old one', async () => {
    await database().write(switchOn, secret('sec_1', { expires_at: nowMs + 9_000_000 }))
    await reset('sec_2', { graceSeconds: 600 })
    expect(await expiries()).toEqual({ sec_1: nowMs + 600_000, sec_2: nowMs + 10_000_000 })
  })

  it('with a grace never lengthens it', async () => {
    await database().write(switchOn, secret('sec_1', { expires_at: nowMs + 1 }))
    await reset('sec_2', { graceSeconds: 600 })
    expect(await expiries()).toMatchObject({ sec_1: nowMs + 1 })
  })

  it.each<[string, Record<string, number>, Record<string, number>, string]>([
    ['newer', {}, {}, 'sec_2'],
    ['newer, not the one used last', { last_used_at: 7 }, { last_used_at: 6 }, 'sec_2'],
    ['newer, not the only one used', { last_used_at: 7 }, {}, 'sec_2'],
    ['alive, not the newer', {}, { expires_at: nowMs }, 'sec_1'],
  ])('with a grace keeps the one that was %s', async (_, one, two, kept) => {
    await database().write(switchOn, secret('sec_1', one), secret('sec_2', two))
    await reset('sec_3', { graceSeconds: 1 })
    expect(await idsOf()).toEqual([kept, 'sec_3'])
  })

  it('with a grace keeps none that is switched off', async () => {
    await database().write(secret('sec_1'), secret('sec_2'))
    await reset('sec_3', { graceSeconds: 600 })
    expect(await idsOf()).toEqual(['sec_3'])
  })

  it('may change the client id', async () => {
    await database().write(secret('sec_1'))
    expect(await reset('sec_2', { clientId: 'cli_new' })).toEqual({ kind: 'done' })
    expect(await accountNow()).toEqual({ client_id: 'cli_new', client_credentials: 1, version: 2 })
    expect(await reset('sec_3')).toEqual({ kind: 'guard', index: 0 })
    expect(await idsOf()).toEqual(['sec_2'])
  })
})

describe('one secret', () => {
  it('is found under its own account only', async () => {
    await database().write(secret('sec_1'))
    const find = (serviceAccountId: string) =>
      findSecret(database().db, { id: 'sec_1', serviceAccountId })
    expect(await find('sa_1')).toMatchObject({ id: 'sec_1' })
    expect(await find('sa_2')).toBeUndefined()
  })

  it('is deleted once', async () => {
    await database().write(secret('sec_1'), secret('sec_2'))
    const remove = () =>
      deleteSecret(database().db, placeOfTenant('acme'), { id: 'sec_1', serviceAccountId: 'sa_1' })
    expect(await remove()).toEqual({ kind: 'done' })
    expect(await configVersion()).toBe(8)
    expect(await remove()).toEqual({ kind: 'guard', index: 0 })
    expect(await configVersion()).toBe(8)
    expect(await idsOf()).toEqual(['sec_2'])
  })
})

it('an account knows when its secrets expire', async () => {
  await database().write(secret('sec_1', { expires_at: 5 }), secret('sec_2', { expires_at: 9 }))
  const expiriesOf = async (id: string) =>
    [...((await findAccount(database().db, id))?.secretExpiries ?? [])].sort()
  expect(await expiriesOf('sa_1')).toEqual([5, 9])
  expect(await expiriesOf('sa_2')).toEqual([])
})
