import { describe, expect, test } from 'vitest'
import { announce as announceDue } from '../../src/schedule/announce.ts'
import { findExpiring } from '../../src/store/credentials/expiring.ts'
import { claimNotices, findDueNotices } from '../../src/store/notices/notice-delivery.ts'
import { row, useDatabase } from './database.ts'
import { account, issuer, madeAt, namespace, secret, tree } from './tree.ts'

const dayMs = 86_400_000
const now = madeAt

const subscription = (id: string, namespaceId: string, changes = {}) =>
  row('notification_subscriptions', {
    id,
    namespace_id: namespaceId,
    channel: 'webhook',
    target: 'https://hooks.test/x',
    events: '["credential.expiring"]',
    created_at: madeAt,
    ...changes,
  })

const key = (id: string, changes = {}) =>
  row('account_keys', {
    id,
    service_account_id: 'sa_1',
    kid: `kid-${id}`,
    algorithm: 'ES256',
    jwk: '{}',
    created_at: madeAt,
    ...changes,
  })

const namedToken = (id: string, changes = {}) =>
  row('named_tokens', {
    id,
    service_account_id: 'sa_1',
    name: 'grafana',
    resource_server_id: 'rs_api',
    hash: id,
    pepper_version: 1,
    expires_at: now + 5 * dayMs,
    created_at: madeAt,
    ...changes,
  })

const onAccount = account('sa_1', { client_credentials: 1, name: 'deploy-bot' })
const database = useDatabase(...tree, onAccount)

const announce = (nowMs = now) =>
  announceDue({ db: database().db, nowMs, remainingMs: () => 25_000 })

const told = async () => {
  const rows = await database().read(
    'SELECT subscription_id, subject, payload FROM notices ORDER BY created_at, subject, subscription_id',
  )
  return rows.map(({ subscription_id, subject, payload }) => ({
    to: subscription_id,
    subject,
    data: JSON.parse(String(payload)).data,
  }))
}

const subjects = async () => (await told()).map(({ subject }) => subject)

describe('what a notice says', () => {
  test('of a secret', async () => {
    const expiresAt = now + 13.2 * dayMs
    await database().write(
      subscription('sub_1', 'ns_acme'),
      secret('sec_1', { expires_at: expiresAt }),
    )
    expect(await announce()).toBe(1)
    const [notice, ...more] = await database().read('SELECT * FROM notices')
    expect(more).toEqual([])
    expect(notice).toMatchObject({
      id: expect.stringMatching(/^ntc_[0-9a-z]{26}$/),
      subscription_id: 'sub_1',
      subject: `sec_1:${expiresAt}:14`,
      state: 'pending',
      attempts: 0,
      next_attempt_at: now,
      last_error: null,
      created_at: now,
    })
    expect(JSON.parse(String(notice?.payload))).toEqual({
      type: 'credential.expiring',
      timestamp: new Date(now).toISOString(),
      data: {
        namespace: '/acme/payments',
        kind: 'secret',
        service_account_id: 'sa_1',
        name: 'deploy-bot',
        credential_id: 'sec_1',
        credential_name: null,
        expires_at: new Date(expiresAt).toISOString(),
        days_left: 14,
      },
    })
  })

  test('of a key, a named token and a key of an issuer', async () => {
    const exp = now / 1000 + 86_400
    await database().write(
      subscription('sub_1', 'ns_acme'),
      key('key_1', { expires_at: now + dayMs }),
      namedToken('tok_1'),
      issuer('iss_1', {
        name: 'CI "one"',
        jwks: JSON.stringify({ keys: [{ kid: 'k:1', exp }, { exp: exp + 0.5 }, { kid: 'k2' }] }),
      }),
    )
    expect(await announce()).toBe(4)
    expect((await told()).map(({ data }) => data)).toEqual([
      expect.objectContaining({
        kind: 'key_set',
        namespace: '/acme',
        service_account_id: null,
        name: 'CI "one"',
        credential_id: 'iss_1',
        credential_name: null,
        expires_at: new Date((exp + 0.5) * 1000).toISOString(),
        days_left: 2,
      }),
      expect.objectContaining({ kind: 'key_set', credential_name: 'k:1', days_left: 1 }),
      expect.objectContaining({
        kind: 'key',
        credential_id: 'key_1',
        credential_name: 'kid-key_1',
      }),
      expect.objectContaining({ kind: 'named_token', credential_id: 'tok_1', name: 'deploy-bot' }),
    ])
  })
})

describe('when', () => {
  test.each([
    ['14 days and a moment before', 14 * dayMs + 1, []],
    ['14 days before', 14 * dayMs, ['14']],
    ['7 days and a moment before', 7 * dayMs + 1, ['14']],
    ['7 days before', 7 * dayMs, ['7']],
    ['found late, 5 days before', 5 * dayMs, ['7']],
    ['a day before', dayMs, ['1']],
    ['a moment before', 1, ['1']],
    ['at its end', 0, []],
    ['afterwards', -1, []],
  ])('%s', async (_, left, thresholds) => {
    await database().write(
      subscription('sub_1', 'ns_acme'),
      secret('sec_1', { expires_at: now + left }),
    )
    await announce()
    expect((await subjects()).map((subject) => String(subject).split(':')[2])).toEqual(thresholds)
  })

  test('each threshold once, however often it is asked', async () => {
    const expiresAt = now + 20 * dayMs
    await database().write(
      subscription('sub_1', 'ns_acme'),
      secret('sec_1', { expires_at: expiresAt }),
    )
    let made = 0
    for (let hour = 0; hour <= 20 * 24; hour += 6) made += await announce(now + hour * 3_600_000)
    expect(made).toBe(3)
    expect(await subjects()).toEqual([14, 7, 1].map((days) => `sec_1:${expiresAt}:${days}`))
  })

  test('again when the end has moved', async () => {
    await database().write(subscription('sub_1', 'ns_acme'), namedToken('tok_1'))
    await announce()
    await database().write(`UPDATE named_tokens SET expires_at = ${now + 6 * dayMs}`)
    expect(await announce()).toBe(1)
  })

  test('of 50 at once one makes each notice', async () => {
    await database().write(
      subscription('sub_1', 'ns_acme'),
      ...['sec_1', 'sec_2'].map((id) => secret(id, { expires_at: now + dayMs })),
    )
    const made = await Promise.all(Array.from({ length: 50 }, () => announce()))
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(2)
    expect(await subjects()).toHaveLength(2)
  })

  test('in pages, of each tenant the most urgent first', async () => {
    await database().write(
      subscription('sub_root', 'ns_root'),
      account('sa_globex', {
        namespace_id: 'ns_globex',
        tenant_id: 'ns_globex',
        client_credentials: 1,
      }),
      ...[3, 1, 2].map((days) => secret(`sec_${days}`, { expires_at: now + days * dayMs })),
      secret('sec_globex', { service_account_id: 'sa_globex', expires_at: now + 9 * dayMs }),
    )
    const page = async (offset: number) => {
      const found = await findExpiring(database().db, { nowMs: now, limit: 2, offset })
      return found.map(({ credentialId }) => credentialId)
    }
    expect([await page(0), await page(2), await page(4)]).toEqual([
      ['sec_1', 'sec_globex'],
      ['sec_2', 'sec_3'],
      [],
    ])
  })

  test('nothing more when the time is for sending', async () => {
    await database().write(
      subscription('sub_1', 'ns_acme'),
      secret('sec_1', { expires_at: now + dayMs }),
    )
    const { db } = database()
    expect(await announceDue({ db, nowMs: now, remainingMs: () => 14_999 })).toBe(0)
    expect(await announceDue({ db, nowMs: now, remainingMs: () => 15_000 })).toBe(1)
  })
})

describe('under a ceiling', () => {
  const limit = (id: string, days: number | null) =>
    `UPDATE namespaces SET named_tokens_max_days = ${days} WHERE id = '${id}'`
  const long = namedToken('tok_1', { expires_at: now + 90 * dayMs })

  test.each([
    ['its own', [limit('ns_payments', 5)], 5],
    ['one above it', [limit('ns_acme', 5)], 5],
    ['the root’s', [limit('ns_root', 5)], 5],
    [
      'the smallest of them',
      [limit('ns_root', 9), limit('ns_acme', 3), limit('ns_payments', 6)],
      3,
    ],
  ])('that was lowered, %s, a named token is told of', async (_, limits, days) => {
    await database().write(subscription('sub_1', 'ns_acme'), long, ...limits)
    expect(await announce()).toBe(1)
    const [notice] = await told()
    expect(notice?.subject).toBe(`tok_1:${now + days * dayMs}:${days <= 1 ? 1 : 7}`)
    expect(notice?.data).toMatchObject({
      kind: 'named_token',
      expires_at: new Date(now + days * dayMs).toISOString(),
      days_left: days,
    })
  })

  test.each([
    ['below', [limit('ns_eu', 5)]],
    ['beside', [limit('ns_web', 5), limit('ns_globex', 5)]],
    ['that ended it already', [limit('ns_acme', 0)]],
  ])('%s it is not', async (_, limits) => {
    await database().write(subscription('sub_1', 'ns_acme'), long, ...limits)
    expect(await announce()).toBe(0)
  })

  test('no secret ends sooner', async () => {
    const secretOfLong = secret('sec_1', { expires_at: now + 90 * dayMs })
    await database().write(subscription('sub_1', 'ns_acme'), secretOfLong, limit('ns_acme', 5))
    expect(await announce()).toBe(0)
  })
})

describe('who hears', () => {
  const expiringSoon = secret('sec_1', { expires_at: now + dayMs })
  const hearers = async () => (await told()).map(({ to }) => to)

  test('the namespace and those above, never those beside or below', async () => {
    await database().write(
      expiringSoon,
      subscription('sub_root', 'ns_root'),
      subscription('sub_acme', 'ns_acme'),
      subscription('sub_payments', 'ns_payments'),
      subscription('sub_eu', 'ns_eu'),
      subscription('sub_web', 'ns_web'),
      subscription('sub_evil', 'ns_acme-evil'),
      subscription('sub_globex', 'ns_globex'),
    )
    await announce()
    expect(await hearers()).toEqual(['sub_acme', 'sub_payments', 'sub_root'])
  })

  test('nobody who did not ask', async () => {
    await database().write(
      expiringSoon,
      subscription('sub_off', 'ns_acme', { enabled: 0 }),
      subscription('sub_other', 'ns_acme', { events: '["something.else"]' }),
    )
    expect(await announce()).toBe(0)
  })

  test.each([
    ['the account is disabled', 'UPDATE service_accounts SET enabled = 0'],
    ['client credentials are off', 'UPDATE service_accounts SET client_credentials = 0'],
    ['its namespace is suspended', "UPDATE namespaces SET enabled = 0 WHERE id = 'ns_payments'"],
    ['its tenant is suspended', "UPDATE namespaces SET enabled = 0 WHERE id = 'ns_acme'"],
    ['all is suspended', "UPDATE namespaces SET enabled = 0 WHERE id = 'ns_root'"],
  ])('nobody while %s', async (_, change) => {
    await database().write(
      expiringSoon,
      subscription('sub_root', 'ns_root'),
      subscription('sub_payments', 'ns_payments'),
      change,
    )
    expect(await announce()).toBe(0)
  })

  test('of keys of issuers nobody while they are disabled', async () => {
    const jwks = JSON.stringify({ keys: [{ exp: now / 1000 + 60 }] })
    await database().write(
      subscription('sub_acme', 'ns_acme'),
      issuer('iss_off', { jwks, enabled: 0 }),
    )
    expect(await announce()).toBe(0)
  })
})

test.each([
  ['no key set', null],
  ['a null', 'null'],
  ['no keys', '{}'],
  ['keys that are no list', '{"keys":{"exp":1}}'],
  ['keys that are no objects', '{"keys":[1,"x",null,[]]}'],
  ['an end that is no number', '{"keys":[{"exp":"1800000060"},{"exp":null},{"exp":{}}]}'],
  ['an end beyond all time', '{"keys":[{"exp":1e300},{"exp":-1e300}]}'],
])('an issuer with %s is nothing to tell of, and stops nothing', async (_, jwks) => {
  await database().write(
    subscription('sub_1', 'ns_acme'),
    issuer('iss_1', { jwks }),
    secret('sec_1', { expires_at: now + dayMs }),
  )
  expect(await announce()).toBe(1)
})

describe('a notice on its way is moot', () => {
  const jwks = JSON.stringify({ keys: [{ kid: 'k', exp: now / 1000 + 60 }] })
  const all = [
    subscription('sub_1', 'ns_acme'),
    secret('sec_1', { expires_at: now + dayMs }),
    key('key_1', { expires_at: now + dayMs }),
    namedToken('tok_1'),
    issuer('iss_1', { jwks }),
  ]
  const moot = async () => {
    const due = await findDueNotices(database().db, { nowMs: now, except: [], limit: 10 })
    const ids = due.map(({ id }) => id)
    const claimed = await claimNotices(database().db, { nowMs: now, ids })
    return claimed
      .filter((notice) => notice.moot)
      .map(({ payload }) => (payload.data as { credential_id: string }).credential_id)
  }

  test.each([
    ['sec_1', 'DELETE FROM client_secrets'],
    ['key_1', 'DELETE FROM account_keys'],
    ['tok_1', 'DELETE FROM named_tokens'],
    ['tok_1', `UPDATE named_tokens SET expires_at = ${now + 400 * dayMs}`],
    ['iss_1', 'DELETE FROM issuers'],
  ])('that of %s, after %s', async (gone, change) => {
    await database().write(...all)
    expect(await announce()).toBe(4)
    await database().write(change)
    expect(await moot()).toEqual([gone])
  })

  test('never while its credential is there', async () => {
    await database().write(...all)
    await announce()
    expect(await moot()).toEqual([])
  })

  test('where a ceiling has moved the end of a named token since, and where one is gone', async () => {
    const limit = (days: number | null) => `UPDATE namespaces SET named_tokens_max_days = ${days}`
    await database().write(...all)
    await announce()
    await database().write(limit(3))
    expect(await moot()).toEqual(['tok_1'])
    await database().write('DELETE FROM notices')
    await announce()
    expect(await moot()).toEqual([])
    await database().write('UPDATE notices SET next_attempt_at = 0', limit(null))
    expect(await moot()).toEqual(['tok_1'])
  })

  test('and goes with its subscription', async () => {
    await database().write(...all)
    await announce()
    await database().write('DELETE FROM notification_subscriptions')
    expect(await subjects()).toEqual([])
  })
})

test('who piles up notices waits, and nobody else', async () => {
  await database().write(
    subscription('sub_acme', 'ns_payments'),
    subscription('sub_globex', 'ns_globex'),
    account('sa_globex', {
      namespace_id: 'ns_globex',
      tenant_id: 'ns_globex',
      client_credentials: 1,
    }),
    ...['sa_1', 'sa_globex'].map((id) =>
      secret(`sec_${id}`, { service_account_id: id, expires_at: now + dayMs }),
    ),
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 500)
      INSERT INTO notices
        (id, subscription_id, subject, payload, state, next_attempt_at, created_at)
      SELECT 'ntc_' || n, 'sub_acme', n, '{}', 'pending', 0, 0 FROM c`,
  )
  expect(await announce()).toBe(1)
  expect((await told()).at(-1)).toMatchObject({ to: 'sub_globex' })
  await database().write("UPDATE notices SET state = 'parked' WHERE id = 'ntc_1'")
  expect(await announce()).toBe(1)
})

test('a tenant that crowds the house’s own subscription hides nobody else', async () => {
  await database().write(
    subscription('sub_root', 'ns_root'),
    account('sa_globex', {
      namespace_id: 'ns_globex',
      tenant_id: 'ns_globex',
      client_credentials: 1,
    }),
    secret('sec_globex', { service_account_id: 'sa_globex', expires_at: now + 13 * dayMs }),
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000)
      INSERT INTO client_secrets
        (id, service_account_id, hash, pepper_version, expires_at, created_at)
      SELECT 'sec_' || n, 'sa_1', 'x', 1, ${now + dayMs}, 0 FROM c`,
  )
  expect(await announce()).toBe(501)
  expect((await told()).map(({ data }) => data.credential_id)).toContain('sec_globex')
  const due = await findDueNotices(database().db, { nowMs: now, except: [], limit: 2 })
  const claimed = await claimNotices(database().db, { nowMs: now, ids: due.map(({ id }) => id) })
  expect(claimed.map(({ payload }) => (payload.data as { namespace: string }).namespace)).toEqual(
    expect.arrayContaining(['/acme/payments', '/globex']),
  )
  expect(await announce()).toBe(0)
})

test('a crowd of namespaces is no crowd of hearers', async () => {
  await database().write(
    subscription('sub_1', 'ns_acme'),
    ...Array.from({ length: 50 }, (_, i) =>
      namespace(`ns_c${i}`, `/acme/c${i}`, { parent_id: 'ns_acme' }),
    ),
    secret('sec_1', { expires_at: now + dayMs }),
  )
  expect(await announce()).toBe(1)
})
