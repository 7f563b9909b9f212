import type { InStatement, InValue } from '@libsql/client/http'
import { describe, expect, it } from 'vitest'
import { firstIdAt } from '../../src/core/id-time.ts'
import { type Retention, type SweptTable, sweepTable, sweptTables } from '../../src/store/sweep.ts'
import { row, useDatabase } from './database.ts'
import * as made from './tree.ts'

const database = useDatabase(...made.tree, made.account('sa_1'), subscription())

function subscription(): InStatement {
  return row('notification_subscriptions', {
    id: 'sub_1',
    namespace_id: 'ns_acme',
    channel: 'email',
    target: 'ops@acme.test',
    events: '[]',
    created_at: made.madeAt,
  })
}

const dayMs = 86_400_000
const nowMs = made.madeAt + 100 * dayMs
const nowSeconds = nowMs / 1000
const retention: Retention = {
  nowMs,
  decisionsFromMs: nowMs - 90 * dayMs,
  noticesFromMs: nowMs - 60 * dayMs,
  credentialsFromMs: nowMs - 30 * dayMs,
  idempotencyKeysFromMs: nowMs - dayMs,
}

type Changes = Readonly<Record<string, InValue>>

const decision = (id: string, atMs: number, changes: Changes = {}): InStatement =>
  row('decisions', {
    id: `${firstIdAt('dec', atMs)}${id}`,
    at: atMs,
    outcome: 'issued',
    grant_type: 'x',
    service_account_id: 'sa_1',
    client_id: 'cli_1',
    namespace_id: 'ns_payments',
    ...changes,
  })

const namedToken = (id: string, expiresAt: number): InStatement =>
  row('named_tokens', {
    id,
    service_account_id: 'sa_1',
    name: id,
    resource_server_id: 'rs_api',
    hash: id,
    pepper_version: 1,
    expires_at: expiresAt,
    created_at: made.madeAt,
  })

const accountKey = (id: string, expiresAt: number | null): InStatement =>
  row('account_keys', {
    id,
    service_account_id: 'sa_1',
    kid: id,
    algorithm: 'ES256',
    jwk: '{}',
    expires_at: expiresAt,
    created_at: made.madeAt,
  })

const notice = (id: string, state: string, createdAt: number): InStatement =>
  row('notices', {
    id,
    subscription_id: 'sub_1',
    subject: id,
    payload: '{}',
    state,
    next_attempt_at: createdAt,
    created_at: createdAt,
  })

const pendingChange = (id: string, state: string, createdAt: number): InStatement =>
  row('pending_changes', {
    id,
    namespace_id: 'ns_acme',
    action: 'trust-policies.create',
    payload: '{}',
    widening: '[]',
    requested_by: 'sa_1',
    state,
    created_at: createdAt,
  })

const hand = (id: string, at: number): InStatement =>
  row('account_hands', { service_account_id: id, hand: 'sa_1', at })

const spent = (identity: string, until: number): InStatement =>
  row('spent_assertions', { identity, remember_until: until })

const mark = (value: string, expiresAt: number): InStatement =>
  row('revocations', { audience: '', kind: 'token', value, before: 1, expires_at: expiresAt })

const idempotencyKey = (id: string, createdAt: number): InStatement =>
  row('idempotency_keys', { id, body_digest: 'x', created_at: createdAt })

const noticeTest = (addressee: string, sentAt: number): InStatement =>
  row('notice_tests', { tenant_id: 'ns_acme', addressee, sent_at: sentAt })

const pairingCode = (id: string, expiresAt: number): InStatement =>
  row('pairing_codes', {
    id,
    namespace_id: 'ns_acme',
    hash: id,
    pepper_version: 1,
    created_by: 'sa_1',
    expires_at: expiresAt,
    created_at: made.madeAt,
  })

const omitted = (account: string): InStatement =>
  row('omitted_decisions', { service_account_id: account, omitted: 3 })

const { decisionsFromMs, noticesFromMs, credentialsFromMs, idempotencyKeysFromMs } = retention
const expiredSeconds = nowSeconds - 3600

interface Case {
  /** The column that names a row. */
  readonly name: string
  readonly goes: readonly InStatement[]
  readonly stays: readonly InStatement[]
  readonly left: readonly string[]
}

const cases: Readonly<Record<SweptTable, Case>> = {
  spent_assertions: {
    name: 'identity',
    goes: [spent('gone', expiredSeconds - 1)],
    stays: [spent('here', expiredSeconds), spent('living', nowSeconds + 300)],
    left: ['here', 'living'],
  },
  revocations: {
    name: 'value',
    goes: [mark('gone', expiredSeconds - 1)],
    stays: [mark('here', expiredSeconds), mark('living', nowSeconds + 300)],
    left: ['here', 'living'],
  },
  idempotency_keys: {
    name: 'id',
    goes: [idempotencyKey('gone', idempotencyKeysFromMs - 1)],
    stays: [idempotencyKey('here', idempotencyKeysFromMs)],
    left: ['here'],
  },
  pairing_codes: {
    name: 'id',
    goes: [pairingCode('gone', nowMs - 1)],
    stays: [pairingCode('here', nowMs)],
    left: ['here'],
  },
  notice_tests: {
    name: 'addressee',
    goes: [noticeTest('gone', idempotencyKeysFromMs - 1)],
    stays: [noticeTest('here', idempotencyKeysFromMs)],
    left: ['here'],
  },
  client_secrets: {
    name: 'id',
    goes: [made.secret('sec_gone', { expires_at: credentialsFromMs - 1 })],
    stays: [
      made.secret('sec_here', { expires_at: credentialsFromMs }),
      made.secret('sec_living', { expires_at: nowMs + 1 }),
    ],
    left: ['sec_here', 'sec_living'],
  },
  account_keys: {
    name: 'id',
    goes: [accountKey('key_gone', credentialsFromMs - 1)],
    stays: [accountKey('key_forever', null), accountKey('key_here', credentialsFromMs)],
    left: ['key_forever', 'key_here'],
  },
  named_tokens: {
    name: 'id',
    goes: [namedToken('tok_gone', credentialsFromMs - 1)],
    stays: [namedToken('tok_here', credentialsFromMs), namedToken('tok_living', nowMs + 1)],
    left: ['tok_here', 'tok_living'],
  },
  notices: {
    name: 'id',
    goes: [
      notice('ntc_arrived', 'delivered', noticesFromMs - 1),
      notice('ntc_given_up', 'parked', noticesFromMs - 1),
    ],
    stays: [
      notice('ntc_here', 'delivered', noticesFromMs),
      notice('ntc_on_its_way', 'pending', noticesFromMs - 1),
    ],
    left: ['ntc_here', 'ntc_on_its_way'],
  },
  pending_changes: {
    name: 'id',
    goes: [pendingChange('pc_gone', 'approved', noticesFromMs - 1)],
    stays: [pendingChange('pc_here', 'pending', noticesFromMs)],
    left: ['pc_here'],
  },
  account_hands: {
    name: 'service_account_id',
    goes: [hand('sa_gone', noticesFromMs - 1)],
    stays: [hand('sa_here', noticesFromMs)],
    left: ['sa_here'],
  },
  omitted_decisions: {
    name: 'service_account_id',
    goes: [omitted('sa_gone')],
    stays: [omitted('sa_1')],
    left: ['sa_1'],
  },
  decisions: {
    name: 'substr(id, 15)',
    goes: [
      decision('gone', decisionsFromMs - 1),
      decision('gone2', decisionsFromMs - 1, { remember_until: expiredSeconds - 1 }),
      decision('gone3', decisionsFromMs - dayMs, { outcome: 'refused' }),
    ],
    stays: [
      decision('here', decisionsFromMs),
      decision('forgotten_too_early', decisionsFromMs - 1, { remember_until: expiredSeconds }),
      decision('spent', decisionsFromMs - dayMs, { remember_until: nowSeconds + 300 }),
    ],
    left: ['forgotten_too_early', 'here', 'spent'],
  },
}

describe.each(sweptTables)('%s', (table) => {
  const { name, goes, stays, left } = cases[table]
  const rows = async () =>
    (await database().read(`SELECT ${name} AS name FROM ${table} ORDER BY 1`)).map((r) => r.name)

  it('loses what is over and keeps the rest', async () => {
    await database().write(...goes, ...stays)
    const swept = await sweepTable(database().db, table, retention)
    expect(swept).toEqual({ rows: goes.length, more: false })
    expect(await rows()).toEqual(left)
    expect(await sweepTable(database().db, table, retention)).toEqual({ rows: 0, more: false })
  })
})

it('takes a thousand rows at most, and says that there may be more', async () => {
  await database().write(`INSERT INTO spent_assertions (identity, remember_until)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    SELECT 'spent_' || i, 1 FROM n`)
  const sweep = () => sweepTable(database().db, 'spent_assertions', retention)
  expect(await sweep()).toEqual({ rows: 1000, more: true })
  expect(await sweep()).toEqual({ rows: 1000, more: true })
  expect(await sweep()).toEqual({ rows: 500, more: false })
})
