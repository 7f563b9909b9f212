import { describe, expect, it } from 'vitest'
import { readAccountConfig, type SpentQuery } from '../../src/store/exchange/account-config.ts'
import { row, useDatabase } from './database.ts'
import * as made from './tree.ts'

const database = useDatabase(...made.tree, made.account('sa_1'))

const isSpent = async (query: SpentQuery | null) =>
  (await readAccountConfig(database().db, 'cli_1', query)).spent.token
const issued = (id: string, changes: Parameters<typeof row>[1] = {}) =>
  row('decisions', {
    id,
    at: made.madeAt,
    outcome: 'issued',
    grant_type: 'x',
    service_account_id: 'sa_1',
    client_id: 'cli_1',
    namespace_id: 'ns_payments',
    resource_server_id: 'rs_api',
    token_identity: 'token_1',
    slot: id,
    ...changes,
  })
const target = { serviceAccountId: 'sa_1', resourceServerId: 'rs_api' }
const anyIssue: SpentQuery = {
  tokenIdentity: 'token_1',
  assertionIdentity: null,
  proofIdentity: null,
  decisionId: 'dec_9',
  target: null,
}

it.each<[string, SpentQuery | null, boolean]>([
  ['any issue counts', anyIssue, true],
  ['the own decision does not', { ...anyIssue, decisionId: 'dec_1' }, false],
  ['another token’s does not', { ...anyIssue, tokenIdentity: 'token_2' }, false],
  ['one for this target counts', { ...anyIssue, target }, true],
  [
    'one for another account does not',
    { ...anyIssue, target: { ...target, serviceAccountId: 'sa_2' } },
    false,
  ],
  [
    'one for another API does not',
    { ...anyIssue, target: { ...target, resourceServerId: 'rs_other' } },
    false,
  ],
  [
    'the own decision for this target does not',
    { ...anyIssue, decisionId: 'dec_1', target },
    false,
  ],
  ['nobody asked', null, false],
])('%s', async (_, query, spent) => {
  await database().write(issued('dec_1'))
  expect(await isSpent(query)).toBe(spent)
})

it('is asked in the same request', async () => {
  await isSpent(anyIssue)
  expect(database().requests()).toBe(1)
})

it('is not told by issues without an outside token', async () => {
  await database().write(issued('dec_1', { token_identity: null, slot: null }))
  expect(await isSpent(anyIssue)).toBe(false)
})

it('is told by a second issue where the first is the own', async () => {
  await database().write(issued('dec_1'), issued('dec_2'))
  expect(await isSpent({ ...anyIssue, decisionId: 'dec_1' })).toBe(true)
})

const assertionSpent = async (assertionIdentity: string | null, decisionId = 'dec_9') => {
  const query = { ...anyIssue, tokenIdentity: null, assertionIdentity, decisionId }
  return (await readAccountConfig(database().db, 'cli_1', query)).spent.assertion
}

describe('a client assertion', () => {
  it('is spent by an issue of another decision', async () => {
    await database().write(issued('dec_1', { assertion_identity: 'assertion_1' }))
    expect(await assertionSpent('assertion_1')).toBe(true)
    expect(await assertionSpent('assertion_1', 'dec_1')).toBe(false)
    expect(await assertionSpent('assertion_2')).toBe(false)
  })

  it('is spent where nothing was issued for it', async () => {
    await database().write(
      row('spent_assertions', { identity: 'assertion_1', remember_until: 1_800_000_000 }),
    )
    expect(await assertionSpent('assertion_1')).toBe(true)
    expect(await assertionSpent('assertion_2')).toBe(false)
  })

  it('is not spent where nobody asked', async () => {
    expect(await assertionSpent(null)).toBe(false)
  })
})

describe('a proof of possession', () => {
  const proofSpent = async (proofIdentity: string | null, decisionId = 'dec_9') => {
    const query = { ...anyIssue, tokenIdentity: null, proofIdentity, decisionId }
    return (await readAccountConfig(database().db, 'cli_1', query)).spent.proof
  }

  it('is spent by an issue of another decision', async () => {
    await database().write(issued('dec_1', { proof_identity: 'proof_1' }))
    expect(await proofSpent('proof_1')).toBe(true)
    expect(await proofSpent('proof_1', 'dec_1')).toBe(false)
    expect(await proofSpent('proof_2')).toBe(false)
    expect(await proofSpent(null)).toBe(false)
  })
})
