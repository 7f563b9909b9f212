import type { InStatement, InValue } from '@libsql/client/http'
import { describe, expect, it } from 'vitest'
import { namedTokenCeiling } from '../../src/store/credentials/named-token-ceiling.ts'
import {
  addNamedToken,
  deleteNamedToken,
  maxNamedTokens,
  renameNamedToken,
  replaceNamedToken,
} from '../../src/store/credentials/named-token-changes.ts'
import {
  findNamedToken,
  findNamedTokenByHash,
  listNamedTokens,
  type NamedTokenRow,
} from '../../src/store/credentials/named-tokens.ts'
import { readAccountConfig } from '../../src/store/exchange/account-config.ts'
import { readStanding } from '../../src/store/exchange/token-standing.ts'
import { suspendedPaths } from '../../src/store/tree/namespaces.ts'
import { row, useDatabase } from './database.ts'
import * as made from './tree.ts'
import { placeOfTenant } from './tree.ts'

const DAY = 86_400_000
const createdAt = 1_800_000_000_000

const token = (id: string, changes: Partial<NamedTokenRow> = {}): NamedTokenRow => ({
  id,
  serviceAccountId: 'sa_1',
  name: id,
  displayName: null,
  resourceServerId: 'rs_api',
  hash: id.padEnd(43, '_'),
  pepperVersion: 1,
  expiresAt: createdAt + 100 * DAY,
  createdAt,
  lastUsedAt: null,
  lastUsedFrom: null,
  ...changes,
})

const insert = (id: string, changes: Readonly<Record<string, InValue>> = {}): InStatement =>
  row('named_tokens', {
    id,
    service_account_id: 'sa_1',
    name: id,
    resource_server_id: 'rs_api',
    hash: id.padEnd(43, '_'),
    pepper_version: 1,
    expires_at: createdAt + 100 * DAY,
    created_at: createdAt,
    ...changes,
  })

const limit = (path: string, days: number | null): InStatement => ({
  sql: 'UPDATE namespaces SET named_tokens_max_days = ? WHERE path = ?',
  args: [days, path],
})

// Lives in /acme/payments.
const database = useDatabase(
  ...made.tree,
  made.account('sa_1'),
  made.account('sa_2'),
  insert('tok_1'),
)

const owner = {
  id: 'sa_1',
  ...placeOfTenant('acme'),
  namespaceId: 'ns_payments',
  namespacePath: '/acme/payments',
  version: 1,
}
const judged = { owner, ceiling: null }
const version = () => database().value("SELECT config_version FROM namespaces WHERE id = 'ns_acme'")
const find = (id = 'tok_1') => findNamedToken(database().db, { id, serviceAccountId: 'sa_1' })

describe('the ceiling of a namespace', () => {
  it.each<[string, readonly InStatement[], number | null]>([
    ['none is set', [], null],
    ['its own', [limit('/acme/payments', 7)], 7],
    ['one above', [limit('/acme', 9)], 9],
    ['that of /', [limit('/', 11)], 11],
    ['the smallest', [limit('/', 5), limit('/acme', 9), limit('/acme/payments', 7)], 5],
    ['0 is one', [limit('/acme', 0), limit('/acme/payments', 7)], 0],
    ['not one beside or below', [limit('/acme/web', 1), limit('/acme/payments/eu', 1)], null],
    ['not that of a name that begins alike', [limit('/acme-evil', 1)], null],
  ])('%s', async (_, statements, expected) => {
    if (statements.length > 0) await database().write(...statements)
    expect(await namedTokenCeiling(database().db, 'ns_payments')).toBe(expected)
  })

  it('ends tokens early wherever they are read, and not for ever', async () => {
    const digest = { hash: 'tok_1'.padEnd(43, '_'), pepperVersion: 1 }
    const expiries = async () => {
      const { db } = database()
      const { config } = await readAccountConfig(db, 'cli_1', null)
      return [
        (await find())?.expiresAt,
        (await listNamedTokens(db, 'sa_1'))[0]?.expiresAt,
        (await findNamedTokenByHash(db, [digest]))?.expiresAt,
        config.namedTokens[0]?.expiresAt,
      ].map((at) => (Number(at) - createdAt) / DAY)
    }
    expect(await expiries()).toEqual([100, 100, 100, 100])
    for (const days of [0, 30]) {
      await database().write(limit('/acme', days))
      expect(await expiries()).toEqual([days, days, days, days])
    }
    await database().write(limit('/acme', 3650))
    expect(await expiries()).toEqual([100, 100, 100, 100])
  })
})

describe('looking up by digest', () => {
  const digest = { hash: 'tok_1'.padEnd(43, '_'), pepperVersion: 1 }

  it('finds the token and whose it is, in one request', async () => {
    const before = database().requests()
    const found = await findNamedTokenByHash(database().db, [
      { hash: 'x', pepperVersion: 2 },
      digest,
    ])
    expect(database().requests() - before).toBe(1)
    expect(found).toMatchObject({ id: 'tok_1', serviceAccountId: 'sa_1', clientId: 'cli_1' })
  })

  it('under the pepper that made it, and no other', async () => {
    const other = { ...digest, pepperVersion: 2 }
    expect(await findNamedTokenByHash(database().db, [other])).toBeUndefined()
  })

  it('uses the index', async () => {
    const plan = await database().read(
      'EXPLAIN QUERY PLAN SELECT * FROM named_tokens WHERE hash IN (?, ?)',
      'a',
      'b',
    )
    expect(JSON.stringify(plan)).toContain('SEARCH named_tokens USING INDEX')
  })
})

describe('adding', () => {
  it('adds, and moves the version', async () => {
    const before = Number(await version())
    const added = token('tok_2')
    expect(await addNamedToken(database().db, added, judged)).toEqual({ kind: 'done' })
    expect(await find('tok_2')).toMatchObject({ ...added, clientId: 'cli_1' })
    expect(await version()).toBe(before + 1)
  })

  it.each<[string, InStatement, number]>([
    [
      'another version of the account',
      { sql: 'UPDATE service_accounts SET version = 2', args: [] },
      0,
    ],
    ['no account', { sql: "DELETE FROM service_accounts WHERE id = 'sa_1'", args: [] }, 0],
    ['another ceiling', limit('/acme', 5), 0],
    ['no API', { sql: "DELETE FROM roles WHERE id = 'role_api'", args: [] }, 1],
  ])('not to %s', async (_, statement, index) => {
    const { db } = database()
    await database().write(
      statement,
      ...(index === 1
        ? [{ sql: "DELETE FROM resource_servers WHERE id = 'rs_api'", args: [] }]
        : []),
    )
    expect(await addNamedToken(db, token('tok_2'), judged)).toEqual({ kind: 'guard', index })
  })

  it('not one too many, and not a name twice', async () => {
    const { db } = database()
    for (let i = 2; i <= maxNamedTokens; i++) await database().write(insert(`tok_${i}`))
    expect(await addNamedToken(db, token('tok_x'), judged)).toEqual({ kind: 'guard', index: 2 })
    await database().write({ sql: "DELETE FROM named_tokens WHERE id = 'tok_9'", args: [] })
    const taken = await addNamedToken(db, token('tok_x', { name: 'tok_1' }), judged)
    expect(taken.kind).toBe('constraint')
    expect(await addNamedToken(db, token('tok_x'), judged)).toEqual({ kind: 'done' })
  })
})

describe('changing', () => {
  it('renames what is there', async () => {
    const { db } = database()
    const renamed = { id: 'tok_1', name: 'new', displayName: 'New' }
    expect(await renameNamedToken(db, renamed, placeOfTenant('acme'))).toEqual({ kind: 'done' })
    expect(await find()).toMatchObject(renamed)
    const gone = await renameNamedToken(db, { ...renamed, id: 'tok_0' }, placeOfTenant('acme'))
    expect(gone).toEqual({ kind: 'guard', index: 0 })
  })

  it('replaces the value that was read, and forgets its last use', async () => {
    const { db } = database()
    const old = 'tok_1'.padEnd(43, '_')
    await database().write({
      sql: "UPDATE named_tokens SET last_used_at = 1, last_used_from = 'x'",
      args: [],
    })
    const next = token('tok_1', {
      hash: 'N'.repeat(43),
      pepperVersion: 2,
      createdAt: createdAt + 1,
    })
    expect(await replaceNamedToken(db, next, { ...judged, hash: old })).toEqual({ kind: 'done' })
    expect(await find()).toMatchObject({ ...next, clientId: 'cli_1' })
    const late = await replaceNamedToken(db, next, { ...judged, hash: old })
    expect(late).toEqual({ kind: 'guard', index: 1 })
  })

  it('deletes, again too', async () => {
    for (let i = 0; i < 2; i++) {
      const outcome = await deleteNamedToken(database().db, token('tok_1'), placeOfTenant('acme'))
      expect(outcome).toEqual({ kind: 'done' })
      expect(await find()).toBeUndefined()
    }
  })

  it.each(['service_accounts', 'resource_servers'])('goes with its row of %s', async (table) => {
    const id = table === 'service_accounts' ? 'sa_1' : 'rs_api'
    await database().write(
      { sql: 'DELETE FROM roles', args: [] },
      { sql: `DELETE FROM ${table} WHERE id = ?`, args: [id] },
    )
    expect(await database().value('SELECT count(*) FROM named_tokens')).toBe(0)
  })
})

describe('what is suspended', () => {
  it('is each path that is off itself, alone or with the standing of a token', async () => {
    expect(await suspendedPaths(database().db)).toEqual([])
    await database().write({
      sql: "UPDATE namespaces SET enabled = 0 WHERE path IN ('/acme/web', '/globex')",
      args: [],
    })
    const expected = ['/acme/web', '/globex']
    expect([...(await suspendedPaths(database().db))].toSorted()).toEqual(expected)
    const { suspended } = await readStanding(database().db, {
      kid: 'k',
      jti: 'j',
      accountId: 'sa_1',
      audience: 'https://rs_api.test',
      policyId: null,
      issuedAt: 1,
    })
    expect([...suspended].toSorted()).toEqual(expected)
  })

  it('is found by the partial index', async () => {
    const plan = await database().read(
      'EXPLAIN QUERY PLAN SELECT path FROM namespaces WHERE enabled = 0',
    )
    expect(JSON.stringify(plan)).toContain('namespaces_suspended')
  })
})
