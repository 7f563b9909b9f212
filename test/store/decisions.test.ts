import { describe, expect, it } from 'vitest'
import { type RefusalRecord, recordRefusal } from '../../src/store/exchange/decisions.ts'
import { useDatabase } from './database.ts'
import { madeAt, tree } from './tree.ts'

const database = useDatabase(...tree)

const refusal = (id: string, changes: Partial<RefusalRecord> = {}): RefusalRecord => ({
  id,
  at: madeAt,
  reason: 'no_policy_matched',
  grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
  serviceAccountId: 'sa_1',
  clientId: 'cli_1',
  namespaceId: 'ns_payments',
  tenantId: 'ns_acme',
  issuer: 'https://iss_a.test',
  provenance: '{"repository":"acme/app"}',
  claims: '{"sub":"x"}',
  policies: '[]',
  told: false,
  ...changes,
})
const record = (id: string, changes: Partial<RefusalRecord> = {}) =>
  recordRefusal(database().db, refusal(id, changes))
/** Records so many refusals, one after another. */
const recordMany = async (
  count: number,
  changes: Partial<RefusalRecord> = {},
  prefix = 'dec_a',
) => {
  for (let i = 0; i < count; i++) await record(`${prefix}${i}`, changes)
}
const stored = (accountId = 'sa_1') =>
  database().value('SELECT count(*) FROM decisions WHERE service_account_id = ?', accountId)
const omittedBefore = (id: string) =>
  database().value('SELECT omitted FROM decisions WHERE id = ?', id)

describe('a refusal', () => {
  it('is kept whole, without a claim on its token', async () => {
    await record('dec_1')
    expect(await database().read('SELECT * FROM decisions')).toMatchObject([
      {
        id: 'dec_1',
        at: madeAt,
        outcome: 'refused',
        reason: 'no_policy_matched',
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        service_account_id: 'sa_1',
        client_id: 'cli_1',
        namespace_id: 'ns_payments',
        tenant_id: 'ns_acme',
        issuer: 'https://iss_a.test',
        provenance: '{"repository":"acme/app"}',
        claims: '{"sub":"x"}',
        policies: '[]',
        token_identity: null,
        token_jti: null,
        omitted: 0,
      },
    ])
  })

  it('is one round trip', async () => {
    await record('dec_1')
    expect(database().requests()).toBe(1)
  })
})

describe('in one minute', () => {
  it('60 of an account are kept, and no more', async () => {
    await recordMany(61)
    expect(await stored()).toBe(60)
    expect(await omittedBefore('dec_a59')).toBe(0)
    expect(await omittedBefore('dec_a60')).toBeUndefined()
  })

  it('60 are kept of 80 at once, and every other is counted', async () => {
    await Promise.all(Array.from({ length: 80 }, (_, i) => record(`dec_a${i}`)))
    expect(await stored()).toBe(60)
    await record('dec_b', { at: madeAt + 60_000 })
    expect(await omittedBefore('dec_b')).toBe(20)
  })

  it('another account has its own 60', async () => {
    await recordMany(61)
    await record('dec_b', { serviceAccountId: 'sa_2' })
    expect(await stored('sa_2')).toBe(1)
    expect(await omittedBefore('dec_b')).toBe(0)
  })

  it('issued tokens do not count among them', async () => {
    await recordMany(59)
    await database().write("UPDATE decisions SET outcome = 'issued'")
    await recordMany(60, {}, 'dec_b')
    expect(await stored()).toBe(119)
  })
})

describe('after a minute', () => {
  it('the next record says how many were left out', async () => {
    await recordMany(65)
    await record('dec_b', { at: madeAt + 60_000 })
    expect(await omittedBefore('dec_b')).toBe(5)
  })

  it('the one after it says none', async () => {
    await recordMany(65)
    await record('dec_b', { at: madeAt + 60_000 })
    await record('dec_c', { at: madeAt + 60_001 })
    expect(await omittedBefore('dec_c')).toBe(0)
  })

  it('the count begins anew when records are left out again', async () => {
    await recordMany(62)
    await recordMany(63, { at: madeAt + 60_000 }, 'dec_b')
    await record('dec_c', { at: madeAt + 120_000 })
    expect([await omittedBefore('dec_b0'), await omittedBefore('dec_c')]).toEqual([2, 3])
  })

  it('comes after 60 seconds and no sooner', async () => {
    await recordMany(60)
    await record('dec_b', { at: madeAt + 59_999 })
    await record('dec_c', { at: madeAt + 60_000 })
    expect(await omittedBefore('dec_b')).toBeUndefined()
    expect(await omittedBefore('dec_c')).toBe(1)
  })
})

describe('a refusal that told its caller why', () => {
  it('is kept however many there were', async () => {
    await recordMany(61)
    await record('dec_told', { told: true })
    expect(await omittedBefore('dec_told')).toBe(1)
  })

  it('does not use up the place of others', async () => {
    await recordMany(60, { told: true })
    await record('dec_b')
    expect(await omittedBefore('dec_b')).toBe(0)
  })
})
