import { describe, expect, it } from 'vitest'
import {
  activateSigningKey,
  deleteRetiredKeys,
  publishSigningKey,
  revokeSigningKey,
  wasRevoked,
} from '../../src/store/key-rotation.ts'
import { listSigningKeys, type SigningKeyRow } from '../../src/store/signing-keys.ts'
import { row, useDatabase } from './database.ts'
import { madeAt } from './tree.ts'

const database = useDatabase('DELETE FROM signing_keys')

const minuteMs = 60_000
const nowMs = madeAt + 60 * minuteMs
const done = { kind: 'done' }
const lost = { kind: 'guard', index: 0 }

const key = (kid: string): SigningKeyRow => ({
  kid,
  algorithm: 'ES256',
  wrappedKey: `1.iv.${kid}`,
  publicJwk: { kty: 'EC', kid },
})
const keep = (kid: string, state: string, times: Record<string, number> = {}) =>
  database().write(
    row('signing_keys', {
      kid,
      algorithm: 'ES256',
      state,
      public_jwk: '{}',
      wrapped_key: `1.iv.${kid}`,
      created_at: madeAt,
      ...times,
    }),
  )

const publish = (kid: string) => publishSigningKey(database().db, key(kid), nowMs)
const activate = (kid: string, atMs = nowMs) => activateSigningKey(database().db, kid, atMs)
const revoke = (kid: string, state: 'published' | 'active' | 'retired', spare: string | null) =>
  revokeSigningKey(
    database().db,
    { kid, state },
    { nowMs, spare: spare === null ? null : key(spare) },
  )

/** The kids by state; a state that must have one key at most shows more as a list. */
const states = async () => {
  const keys = await listSigningKeys(database().db)
  const of = (state: string) => keys.filter((each) => each.state === state).map(({ kid }) => kid)
  return { active: of('active'), published: of('published'), retired: of('retired') }
}
const rootVersion = () =>
  database().value("SELECT config_version FROM namespaces WHERE id = 'ns_root'")
const marks = () => database().read('SELECT * FROM revocations')

const fifty = <T>(run: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 50 }, (_, i) => run(i)))
const kindOf = ({ kind }: { readonly kind: string }) => kind

describe('publishing', () => {
  it('keeps the key as the next one', async () => {
    await keep('now', 'active')
    expect(await publish('next')).toEqual(done)
    expect(await states()).toEqual({ active: ['now'], published: ['next'], retired: [] })
    expect(await database().read("SELECT * FROM signing_keys WHERE kid = 'next'")).toEqual([
      {
        kid: 'next',
        algorithm: 'ES256',
        state: 'published',
        public_jwk: '{"kty":"EC","kid":"next"}',
        wrapped_key: '1.iv.next',
        created_at: nowMs,
        activated_at: null,
        retired_at: null,
      },
    ])
  })

  it('makes one of 50 at once', async () => {
    await keep('now', 'active')
    const outcomes = await fifty((i) => publish(`next_${i}`))
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind !== 'done')).toEqual(Array(49).fill(lost))
    expect((await states()).published).toEqual([`next_${outcomes.map(kindOf).indexOf('done')}`])
  })

  it('moves the version under which configurations are cached', async () => {
    const before = Number(await rootVersion())
    await publish('next')
    expect(await rootVersion()).toBe(before + 1)
    await publish('another')
    expect(await rootVersion()).toBe(before + 1)
  })
})

describe('activating', () => {
  it('retires the one before, whose private half goes', async () => {
    await keep('now', 'active', { activated_at: madeAt })
    await keep('next', 'published')
    expect(await activate('next')).toEqual(done)
    expect(await listSigningKeys(database().db)).toEqual([
      expect.objectContaining({
        kid: 'next',
        state: 'active',
        activatedAt: nowMs,
        wrappedKey: '1.iv.next',
      }),
      expect.objectContaining({ kid: 'now', state: 'retired', retiredAt: nowMs, wrappedKey: '' }),
    ])
  })

  it('waits for ten minutes, to the millisecond', async () => {
    await keep('now', 'active')
    await keep('next', 'published', { created_at: nowMs - 10 * minuteMs })
    expect(await activate('next', nowMs - 1)).toEqual(lost)
    expect(await states()).toEqual({ active: ['now'], published: ['next'], retired: [] })
    expect(await activate('next', nowMs)).toEqual(done)
  })

  it.each(['active', 'retired'])('takes no key that is %s', async (state) => {
    await keep('other', state)
    expect(await activate('other')).toEqual(lost)
    expect(await activate('unknown')).toEqual(lost)
    expect((await states())[state as 'active']).toEqual(['other'])
  })

  it('fills the place of a key that is missing', async () => {
    await keep('next', 'published')
    expect(await activate('next')).toEqual(done)
    expect(await states()).toEqual({ active: ['next'], published: [], retired: [] })
  })

  it('happens once for 50 at once', async () => {
    await keep('now', 'active')
    await keep('next', 'published')
    const outcomes = await fifty(() => activate('next'))
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(await states()).toEqual({ active: ['next'], published: [], retired: ['now'] })
  })
})

describe('revoking', () => {
  it('an active key: the published one is active, however new, and the spare is not kept', async () => {
    await keep('now', 'active')
    await keep('next', 'published', { created_at: nowMs })
    expect(await revoke('now', 'active', 'spare')).toEqual(done)
    expect(await states()).toEqual({ active: ['next'], published: [], retired: [] })
    expect((await listSigningKeys(database().db))[0]).toMatchObject({ activatedAt: nowMs })
  })

  it('an active key: without a published one the spare is active', async () => {
    await keep('now', 'active')
    expect(await revoke('now', 'active', 'spare')).toEqual(done)
    expect(await states()).toEqual({ active: ['spare'], published: [], retired: [] })
  })

  it.each(['published', 'retired'] as const)('a key that is %s just goes', async (state) => {
    await keep('now', 'active')
    await keep('other', state)
    expect(await revoke('other', state, null)).toEqual(done)
    expect(await states()).toEqual({ active: ['now'], published: [], retired: [] })
  })

  it('names it for the feed until the last token is dead', async () => {
    await keep('now', 'active')
    await revoke('now', 'active', 'spare')
    const before = Math.floor(nowMs / 1000)
    expect(await marks()).toEqual([
      {
        audience: '',
        kind: 'key',
        value: 'now',
        service_account_id: null,
        before,
        expires_at: before + 3960,
      },
    ])
    expect([await wasRevoked(database().db, 'now'), await wasRevoked(database().db, 'x')]).toEqual([
      true,
      false,
    ])
  })

  it('does nothing when the key has moved on meanwhile', async () => {
    await keep('now', 'active')
    await keep('next', 'published')
    expect(await revoke('next', 'retired', null)).toEqual(lost)
    expect(await revoke('now', 'published', null)).toEqual(lost)
    expect(await revoke('unknown', 'active', 'spare')).toEqual(lost)
    expect(await states()).toEqual({ active: ['now'], published: ['next'], retired: [] })
    expect(await marks()).toEqual([])
  })

  it('makes one spare of 50 at once', async () => {
    await keep('now', 'active')
    const outcomes = await fifty((i) => revoke('now', 'active', `spare_${i}`))
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    const { active } = await states()
    expect(active).toEqual([`spare_${outcomes.map(kindOf).indexOf('done')}`])
  })

  it('leaves one active key, whatever else happens at once', async () => {
    await keep('now', 'active')
    await keep('next', 'published')
    const seen: number[] = []
    await fifty(async (i) => {
      if (i % 5 === 0) await revoke('now', 'active', `spare_${i}`)
      if (i % 5 === 1) await revoke('next', 'active', `spare_${i}`)
      if (i % 5 === 2) await activate('next')
      if (i % 5 === 3) await publish(`next_${i}`)
      if (i % 5 === 4) {
        const query = "SELECT count(*) FROM signing_keys WHERE state = 'active'"
        seen.push(Number(await database().value(query)))
      }
    })
    expect(new Set(seen)).toEqual(new Set([1]))
    expect((await states()).active).toHaveLength(1)
  })
})

describe('deleting what is retired', () => {
  it('waits for 3 960 s after the last signature', async () => {
    await keep('now', 'active', { activated_at: madeAt })
    await keep('next', 'published')
    await keep('gone', 'retired', { retired_at: nowMs - 3_960_000 })
    await keep('here', 'retired', { retired_at: nowMs - 3_959_999 })
    expect(await deleteRetiredKeys(database().db, nowMs)).toBe(1)
    expect(await states()).toEqual({ active: ['now'], published: ['next'], retired: ['here'] })
    expect(await deleteRetiredKeys(database().db, nowMs)).toBe(0)
  })
})
