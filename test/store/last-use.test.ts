import { describe, expect, it } from 'vitest'
import { noteUse } from '../../src/store/credentials/last-use.ts'
import { row, useDatabase } from './database.ts'
import { account, madeAt, secret, tree } from './tree.ts'

const tables = { sec: 'client_secrets', key: 'account_keys', tok: 'named_tokens' } as const
const made = { service_account_id: 'sa_1', created_at: madeAt }

const database = useDatabase(...tree, account('sa_1'))

let count = 0

/** Adds a credential that this process has not met, whose uses are not remembered therefore. */
const credential = async (kind: keyof typeof tables): Promise<string> => {
  count += 1
  const id = `${kind}_${count}`
  const rows = {
    sec: secret(id),
    key: row('account_keys', { id, kid: id, algorithm: 'ES256', jwk: '{}', ...made }),
    tok: row('named_tokens', {
      id,
      name: id,
      resource_server_id: 'rs_api',
      hash: id,
      pepper_version: 1,
      expires_at: madeAt,
      ...made,
    }),
  }
  await database().write(rows[kind])
  return id
}
const lastUse = async (id: string) => {
  const table = tables[id.split('_')[0] as keyof typeof tables]
  const sql = `SELECT last_used_at AS at, last_used_from AS source FROM ${table} WHERE id = ?`
  return (await database().read(sql, id))[0]
}
const use = (credentialId: string, at: number, from = '203.0.113.1') =>
  noteUse(database().db, { credentialId, hash: null, at, from })

describe('the last use', () => {
  it.each(['sec', 'key', 'tok'] as const)('of a %s is written down', async (kind) => {
    const id = await credential(kind)
    await use(id, madeAt)
    expect(await lastUse(id)).toEqual({ at: madeAt, source: '203.0.113.1' })
  })

  it('moves no version', async () => {
    await use(await credential('sec'), madeAt)
    expect(await database().value('SELECT max(config_version) FROM namespaces')).toBe(7)
  })

  it('is written at most once in five minutes', async () => {
    const id = await credential('sec')
    await use(id, madeAt)
    const before = database().requests()
    for (let i = 1; i < 10; i++) await use(id, madeAt + i * 30_000, '203.0.113.2')
    expect(database().requests()).toBe(before)
    await use(id, madeAt + 300_000, '203.0.113.3')
    expect(await lastUse(id)).toEqual({ at: madeAt + 300_000, source: '203.0.113.3' })
  })

  it('of 50 at once is written once', async () => {
    const id = await credential('tok')
    const before = database().requests()
    await Promise.all(Array.from({ length: 50 }, (_, i) => use(id, madeAt + i)))
    expect(database().requests()).toBe(before + 1)
  })

  it('of a new value is written, however lately the previous one was used', async () => {
    const id = await credential('tok')
    const useOf = (hash: string, at: number, from: string) =>
      noteUse(database().db, { credentialId: id, hash, at, from })
    await useOf(id, madeAt, 'x')
    await database().write({
      sql: 'UPDATE named_tokens SET hash = ?, last_used_at = NULL WHERE id = ?',
      args: [`${id} anew`, id],
    })
    await useOf(`${id} anew`, madeAt + 1, 'y')
    expect(await lastUse(id)).toEqual({ at: madeAt + 1, source: 'y' })
  })

  it('of a value that is no more is not written, come it ever so late', async () => {
    const id = await credential('tok')
    await noteUse(database().db, { credentialId: id, hash: 'before', at: madeAt, from: 'x' })
    expect(await lastUse(id)).toEqual({ at: null, source: null })
  })

  it('does not go back in time', async () => {
    const id = await credential('sec')
    await database().write({
      sql: 'UPDATE client_secrets SET last_used_at = ? WHERE id = ?',
      args: [madeAt + 1_000_000, id],
    })
    await use(id, madeAt)
    expect(await lastUse(id)).toEqual({ at: madeAt + 1_000_000, source: null })
  })

  it('that could not be written is written the next time', async () => {
    const id = await credential('sec')
    const { db } = database()
    const away = { ...db, patienceMs: () => 0 }
    await expect(
      noteUse(away, { credentialId: id, hash: null, at: madeAt, from: 'x' }),
    ).rejects.toMatchObject({
      name: 'Unavailable',
    })
    await use(id, madeAt + 1)
    expect(await lastUse(id)).toMatchObject({ source: '203.0.113.1' })
  })

  it('of what is no credential of ours is nobody’s business', async () => {
    const before = database().requests()
    for (const id of ['tp_1', 'sec', '', 'client_secrets_1']) await use(id, madeAt)
    expect(database().requests()).toBe(before)
  })
})
