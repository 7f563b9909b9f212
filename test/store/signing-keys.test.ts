import { describe, expect, it } from 'vitest'
import { readPublicKeys } from '../../src/store/exchange/public-keys.ts'
import {
  addFirstSigningKey,
  readReadiness,
  type SigningKeyRow,
} from '../../src/store/signing-keys.ts'
import { row, useDatabase } from './database.ts'
import { madeAt } from './tree.ts'

const database = useDatabase('DELETE FROM signing_keys')

const key = (kid: string): SigningKeyRow => ({
  kid,
  algorithm: 'ES256',
  wrappedKey: `1.iv.${kid}`,
  publicJwk: { kty: 'EC', kid },
})
const add = (kid: string) => addFirstSigningKey(database().db, key(kid), madeAt)
const keep = (kid: string, state: string, createdAt = madeAt) =>
  database().write(
    row('signing_keys', {
      kid,
      algorithm: 'ES256',
      state,
      public_jwk: JSON.stringify(key(kid).publicJwk),
      wrapped_key: `1.iv.${kid}`,
      created_at: createdAt,
    }),
  )
const kept = () => database().read('SELECT kid, state FROM signing_keys ORDER BY kid')

describe('addFirstSigningKey', () => {
  it('makes the first key the active one, whole', async () => {
    expect(await add('kid_1')).toBe(true)
    expect(await database().read('SELECT * FROM signing_keys')).toMatchObject([
      {
        kid: 'kid_1',
        algorithm: 'ES256',
        state: 'active',
        public_jwk: '{"kty":"EC","kid":"kid_1"}',
        wrapped_key: '1.iv.kid_1',
        created_at: madeAt,
      },
    ])
  })

  it('makes one of 20 at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, i) => add(`kid_${i}`)))
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await kept()).toEqual([{ kid: `kid_${made.indexOf(true)}`, state: 'active' }])
  })

  it('makes none where one is active', async () => {
    await add('kid_1')
    expect(await add('kid_2')).toBe(false)
    expect(await kept()).toEqual([{ kid: 'kid_1', state: 'active' }])
  })

  it.each(['published', 'retired'])('makes one beside a key that is %s', async (state) => {
    await keep('kid_1', state)
    expect(await add('kid_2')).toBe(true)
    expect(await kept()).toEqual([
      { kid: 'kid_1', state },
      { kid: 'kid_2', state: 'active' },
    ])
  })

  it('makes no key active that was retired', async () => {
    await keep('kid_1', 'retired')
    expect(await add('kid_1')).toBe(false)
    expect(await kept()).toEqual([{ kid: 'kid_1', state: 'retired' }])
  })
})

it('the schema keeps a second key from being active', async () => {
  await keep('kid_1', 'active')
  await expect(keep('kid_2', 'active')).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' })
})

describe('readPublicKeys', () => {
  it('is empty without keys', async () => {
    expect(await readPublicKeys(database().db)).toEqual([])
  })

  it('has the public halves in every state, newest first', async () => {
    await keep('kid_old', 'retired', madeAt - 1)
    await keep('kid_now', 'active', madeAt)
    await keep('kid_next', 'published', madeAt + 1)
    expect(await readPublicKeys(database().db)).toEqual([
      { kty: 'EC', kid: 'kid_next' },
      { kty: 'EC', kid: 'kid_now' },
      { kty: 'EC', kid: 'kid_old' },
    ])
  })
})

describe('readReadiness', () => {
  it('has the active key', async () => {
    await keep('kid_old', 'retired')
    await keep('kid_now', 'active')
    await keep('kid_next', 'published')
    expect((await readReadiness(database().db)).activeKey).toEqual({
      kid: 'kid_now',
      algorithm: 'ES256',
      wrappedKey: '1.iv.kid_now',
    })
  })

  it.each(['published', 'retired'])('has none where the only key is %s', async (state) => {
    await keep('kid_1', state)
    expect((await readReadiness(database().db)).activeKey).toBeNull()
  })

  it('has the database’s own clock', async () => {
    const before = Number(await database().value("SELECT unixepoch('subsec') * 1000"))
    const { databaseMs } = await readReadiness(database().db)
    expect(databaseMs).toBeGreaterThanOrEqual(before)
  })

  it('is Unavailable before the database is provisioned', async () => {
    await database().write(
      'PRAGMA defer_foreign_keys = ON',
      'DELETE FROM roles',
      'DELETE FROM namespaces',
    )
    await expect(readReadiness(database().db)).rejects.toMatchObject({
      name: 'Unavailable',
      dependency: 'database',
    })
  })
})
