import { describe, expect, test } from 'vitest'
import {
  claimNotices,
  findDueNotices,
  recordAttempts,
} from '../../src/store/notices/notice-delivery.ts'
import { addTestNotice, listNotices, resumeParked } from '../../src/store/notices/notices.ts'
import { row, useDatabase } from './database.ts'
import { madeAt, placeOfTenant, tree } from './tree.ts'

const hourMs = 3_600_000
const now = madeAt

const subscription = (id: string, changes = {}) =>
  row('notification_subscriptions', {
    id,
    namespace_id: 'ns_acme',
    channel: 'webhook',
    target: `https://hooks.test/${id}`,
    events: '["credential.expiring"]',
    wrapped_secret: `wrapped-${id}`,
    created_at: madeAt,
    ...changes,
  })

const notice = (id: string, subscriptionId: string, changes = {}) =>
  row('notices', {
    id,
    subscription_id: subscriptionId,
    subject: id,
    payload: `{"type":"x","data":{"n":"${id}"}}`,
    state: 'pending',
    next_attempt_at: now,
    created_at: madeAt,
    ...changes,
  })

const database = useDatabase(...tree, subscription('sub_a'), subscription('sub_b'))

const find = (options: { nowMs?: number; except?: string[]; limit?: number } = {}) =>
  findDueNotices(database().db, { nowMs: now, except: [], limit: 6, ...options })

const claim = async (options: { nowMs?: number; except?: string[]; limit?: number } = {}) => {
  const ids = (await find(options)).map(({ id }) => id)
  return claimNotices(database().db, { nowMs: options.nowMs ?? now, ids })
}

const ids = (claimed: readonly { readonly id: string }[]) => claimed.map(({ id }) => id).sort()

const nextOf = (id: string) =>
  database().value('SELECT next_attempt_at FROM notices WHERE id = ?', id)

describe('a claim', () => {
  test('hands out what a message needs', async () => {
    await database().write(notice('ntc_1', 'sub_a'))
    expect(await claim()).toEqual([
      {
        id: 'ntc_1',
        subscriptionId: 'sub_a',
        tenantId: 'ns_acme',
        channel: 'webhook',
        target: 'https://hooks.test/sub_a',
        wrappedSecret: 'wrapped-sub_a',
        payload: { type: 'x', data: { n: 'ntc_1' } },
        attempts: 1,
        moot: false,
      },
    ])
  })

  test('backs off 1, 2, 5, 10 and 24 hours', async () => {
    await database().write(notice('ntc_1', 'sub_a'))
    const waits: number[] = []
    for (let at = now; waits.length < 7; ) {
      const [claimed] = await claim({ nowMs: at })
      expect(claimed?.attempts).toBe(waits.length + 1)
      const next = Number(await nextOf('ntc_1'))
      waits.push((next - at) / hourMs)
      at = next
    }
    expect(waits).toEqual([1, 2, 5, 10, 24, 24, 24])
  })

  test.each<[string, { next?: number; state?: string }, boolean]>([
    ['one that is due in five minutes, for the clock strikes by the hour', { next: 300_000 }, true],
    ['none that is due later', { next: 300_001 }, false],
    ['none that has arrived', { state: 'delivered' }, false],
    ['none that is parked', { state: 'parked' }, false],
  ])('takes %s', async (_, { next = 0, state = 'pending' }, taken) => {
    await database().write(notice('ntc_1', 'sub_a', { next_attempt_at: now + next, state }))
    expect(await claim()).toHaveLength(taken ? 1 : 0)
  })

  test('leaves those alone whose subscription is off or had its turn', async () => {
    await database().write(
      subscription('sub_off', { enabled: 0 }),
      notice('ntc_off', 'sub_off'),
      notice('ntc_a', 'sub_a'),
      notice('ntc_b', 'sub_b'),
    )
    expect(ids(await claim({ except: ['sub_b'] }))).toEqual(['ntc_a'])
    expect(await claim({ except: ['ns_acme'] })).toEqual([])
  })

  test('takes turns: who has many makes nobody wait', async () => {
    await database().write(
      ...Array.from({ length: 20 }, (_, i) =>
        notice(`ntc_a${i}`, 'sub_a', { next_attempt_at: now - 1000 }),
      ),
      notice('ntc_b1', 'sub_b'),
      notice('ntc_b2', 'sub_b'),
    )
    expect(ids(await claim()).filter((id) => id.startsWith('ntc_b'))).toEqual(['ntc_b1', 'ntc_b2'])
    expect(ids(await claim()).every((id) => id.startsWith('ntc_a'))).toBe(true)
  })

  test('takes turns by tenant before subscription: many subscriptions are one tenant', async () => {
    const mine = Array.from({ length: 20 }, (_, i) => `sub_m${i}`)
    await database().write(
      ...mine.map((id) => subscription(id)),
      ...mine.map((id) => notice(`ntc_${id}`, id, { next_attempt_at: now - 1000 })),
      subscription('sub_globex', { namespace_id: 'ns_globex' }),
      ...[1, 2, 3].map((n) => notice(`ntc_g${n}`, 'sub_globex')),
    )
    const found = (await find()).map(({ tenantId }) => tenantId)
    expect(found.filter((id) => id === 'ns_globex')).toHaveLength(3)
  })

  test('takes turns of one subscription by the tenants that it hears of', async () => {
    const about = (namespace: string) => ({ payload: JSON.stringify({ data: { namespace } }) })
    await database().write(
      subscription('sub_root', { namespace_id: 'ns_root' }),
      ...Array.from({ length: 20 }, (_, i) =>
        notice(`ntc_a${i}`, 'sub_root', { ...about(`/acme/c${i}`), next_attempt_at: now - 1000 }),
      ),
      notice('ntc_evil', 'sub_root', about('/acme-evil')),
      notice('ntc_globex', 'sub_root', about('/globex')),
    )
    const found = ids(await find({ limit: 3 }))
    expect(found).toEqual([expect.stringMatching(/^ntc_a/), 'ntc_evil', 'ntc_globex'])
  })

  test.each([
    ['its own', 'sub_a', 'ns_acme', '/acme'],
    ['the one it tells of', 'sub_root', 'ns_payments', '/acme/payments/eu'],
  ])('waits while %s is suspended', async (_, subscriptionId, suspended, namespace) => {
    await database().write(
      subscription('sub_root', { namespace_id: 'ns_root' }),
      notice('ntc_1', subscriptionId, { payload: JSON.stringify({ data: { namespace } }) }),
    )
    const planned = ids(await find())
    const turn = (enabled: number) =>
      database().write(`UPDATE namespaces SET enabled = ${enabled} WHERE id = '${suspended}'`)
    await turn(0)
    expect(await find()).toEqual([])
    expect(await claimNotices(database().db, { nowMs: now, ids: planned })).toEqual([])
    await turn(1)
    expect(ids(await claim())).toEqual(['ntc_1'])
  })

  test('of 50 at once each notice goes to one', async () => {
    await database().write(
      ...Array.from({ length: 100 }, (_, i) => notice(`ntc_${i}`, i % 2 ? 'sub_a' : 'sub_b')),
    )
    const all100 = (await find({ limit: 100 })).map(({ id }) => id)
    const claims = await Promise.all(
      Array.from({ length: 50 }, () => claimNotices(database().db, { nowMs: now, ids: all100 })),
    )
    const all = claims.flat().map(({ id }) => id)
    expect(all).toHaveLength(100)
    expect(new Set(all).size).toBe(100)
  })
})

describe('a record', () => {
  test('says what came of an attempt', async () => {
    await database().write(notice('ntc_1', 'sub_a'), notice('ntc_2', 'sub_a'))
    await claim()
    await recordAttempts(database().db, [
      { id: 'ntc_1', attempts: 1, state: 'delivered', lastError: null },
      { id: 'ntc_2', attempts: 1, state: 'pending', lastError: 'timeout' },
    ])
    expect(await database().read('SELECT id, state, last_error FROM notices ORDER BY id')).toEqual([
      { id: 'ntc_1', state: 'delivered', last_error: null },
      { id: 'ntc_2', state: 'pending', last_error: 'timeout' },
    ])
  })

  test('takes back what is moot', async () => {
    await database().write(notice('ntc_1', 'sub_a'))
    await claim()
    const moot = { id: 'ntc_1', attempts: 1, state: 'moot', lastError: null } as const
    await recordAttempts(database().db, [moot])
    expect(await database().read('SELECT id FROM notices')).toEqual([])
  })

  test('is not about an attempt that was reset meanwhile', async () => {
    await database().write(notice('ntc_1', 'sub_a', { state: 'parked', attempts: 6 }))
    expect(await resumeParked(database().db, { ...placeOfTenant('acme'), id: 'sub_a' }, now)).toBe(
      1,
    )
    const late = { id: 'ntc_1', attempts: 6, state: 'parked', lastError: 'timeout' } as const
    await recordAttempts(database().db, [late])
    expect(await database().value('SELECT state FROM notices')).toBe('pending')
  })
})

test('resuming gives what is parked all its attempts again, and nothing else', async () => {
  await database().write(
    notice('ntc_1', 'sub_a', { state: 'parked', attempts: 6, next_attempt_at: now + hourMs }),
    notice('ntc_2', 'sub_a', { state: 'delivered', attempts: 1 }),
    notice('ntc_3', 'sub_b', { state: 'parked', attempts: 6 }),
    notice('ntc_4', 'sub_a', { state: 'parked', attempts: 1, subject: 'test:ntc_4' }),
  )
  expect(await resumeParked(database().db, { ...placeOfTenant('acme'), id: 'sub_a' }, now)).toBe(1)
  const rows = await database().read('SELECT id, state, attempts, next_attempt_at FROM notices')
  expect(rows.filter(({ state }) => state === 'pending')).toEqual([
    { id: 'ntc_1', state: 'pending', attempts: 0, next_attempt_at: now },
  ])
})

describe('a test', () => {
  const wanted = (id: string, createdAt: number, subscriptionId = 'sub_a') => ({
    id,
    subscriptionId,
    subject: `test:${id}`,
    payload: { type: 'subscription.test' },
    state: 'parked' as const,
    attempts: 1,
    nextAttemptAt: createdAt,
    lastError: null,
    createdAt,
  })
  const sending = { place: placeOfTenant('acme'), addressee: 'hooks.test', quietMs: 10_000 }
  const add = (...args: Parameters<typeof wanted>) =>
    addTestNotice(database().db, wanted(...args), sending)

  test('is kept once in a while, for each tenant and addressee', async () => {
    expect(await add('ntc_1', now)).toBe(true)
    expect(await add('ntc_2', now + 9_999)).toBe(false)
    expect(await add('ntc_3', now + 9_999, 'sub_b')).toBe(false)
    const other = { ...sending, addressee: 'other.test' }
    expect(await addTestNotice(database().db, wanted('ntc_4', now + 9_999), other)).toBe(true)
    const globex = { ...sending, place: placeOfTenant('globex') }
    expect(await addTestNotice(database().db, wanted('ntc_5', now + 9_999), globex)).toBe(true)
    expect(await add('ntc_6', now + 10_000)).toBe(true)
    expect(await add('ntc_7', now + 30_000, 'sub_gone')).toBe(false)
  })

  test('of 50 at once is one', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, (_, i) => add(`ntc_${i}`, now)))
    expect(made.filter(Boolean)).toHaveLength(1)
  })

  test('is listed as it was kept', async () => {
    await add('ntc_1', now)
    const query = { subscriptionId: 'sub_a', state: undefined, after: null, limit: 10 }
    expect(await listNotices(database().db, query)).toEqual([wanted('ntc_1', now)])
  })
})

test('notices are listed newest first, by state and in pages', async () => {
  await database().write(
    ...[1, 2, 3, 4].map((n) =>
      notice(`ntc_${n}`, 'sub_a', { state: n % 2 ? 'parked' : 'delivered' }),
    ),
    notice('ntc_5', 'sub_b'),
  )
  const list = async (query: { state?: string; after?: string; limit?: number }) =>
    (
      await listNotices(database().db, {
        subscriptionId: 'sub_a',
        state: undefined,
        after: null,
        limit: 10,
        ...query,
      })
    ).map(({ id }) => id)
  expect(await list({})).toEqual(['ntc_4', 'ntc_3', 'ntc_2', 'ntc_1'])
  expect(await list({ state: 'parked' })).toEqual(['ntc_3', 'ntc_1'])
  expect(await list({ after: 'ntc_3' })).toEqual(['ntc_2', 'ntc_1'])
  expect(await list({ limit: 1 })).toEqual(['ntc_4', 'ntc_3'])
})
