import { describe, expect, it } from 'vitest'
import { claimKey, releaseKey, settleKey } from '../../src/store/idempotency-keys.ts'
import { useDatabase } from './database.ts'
import { madeAt } from './tree.ts'

const database = useDatabase()

const dayMs = 86_400_000
const claim = (id = 'key_1', nowMs = madeAt, bodyDigest = 'body') =>
  claimKey(database().db, { id, bodyDigest, nowMs })
const made = { location: '/admin/v1/things/1', secret: false }

describe('a key', () => {
  it('belongs to who comes first, in one round trip', async () => {
    expect(await claim()).toBeNull()
    expect(database().requests()).toBe(1)
    expect(await claim()).toEqual({ bodyDigest: 'body', location: null, secret: false })
    expect(await claim('key_1', madeAt, 'other')).toMatchObject({ bodyDigest: 'body' })
  })

  it('of 50 at once belongs to one', async () => {
    const standings = await Promise.all(Array.from({ length: 50 }, () => claim()))
    expect(standings.filter((standing) => standing === null)).toHaveLength(1)
  })

  it.each([true, false])('tells what was made, and whether with a secret: %s', async (secret) => {
    await claim()
    await settleKey(database().db, 'key_1', { ...made, secret })
    expect(await claim()).toEqual({ bodyDigest: 'body', location: made.location, secret })
  })

  it('under which nothing was made is free again', async () => {
    await claim()
    await releaseKey(database().db, 'key_1')
    expect(await claim()).toBeNull()
  })

  it('under which something was made is not given back', async () => {
    await claim()
    await settleKey(database().db, 'key_1', made)
    await releaseKey(database().db, 'key_1')
    expect(await claim()).toMatchObject({ location: made.location })
  })

  it('is kept for a day, and then as good as new', async () => {
    await claim()
    await settleKey(database().db, 'key_1', { ...made, secret: true })
    expect(await claim('key_1', madeAt + dayMs - 1, 'new')).toMatchObject({ secret: true })
    expect(await claim('key_1', madeAt + dayMs, 'new')).toBeNull()
    const standing = { bodyDigest: 'new', location: null, secret: false }
    expect(await claim('key_1', madeAt + dayMs + 1, 'new')).toEqual(standing)
  })

  it('after its day belongs to one of 50 at once', async () => {
    await claim()
    const late = Array.from({ length: 50 }, () => claim('key_1', madeAt + dayMs))
    expect((await Promise.all(late)).filter((standing) => standing === null)).toHaveLength(1)
  })
})
