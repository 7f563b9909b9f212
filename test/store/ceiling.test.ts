import { beforeEach, describe, expect, it } from 'vitest'
import {
  type ClaimConditions,
  claim as claimFor,
  type IssueRecord,
  type OverCeiling,
  releaseClaim,
} from '../../src/store/exchange/claim.ts'
import { inOneMinute } from '../support/minute.ts'
import { useDatabase } from './database.ts'
import { account, madeAt, tree } from './tree.ts'

const database = useDatabase(
  ...tree,
  account('sa_1'),
  "UPDATE signing_keys SET kid = 'kid_1'",
  "UPDATE namespaces SET config_version = 3 WHERE id = 'ns_root'",
)

const record = (id: string, changes: Partial<IssueRecord> = {}): IssueRecord => ({
  id,
  at: madeAt,
  grantType: 'client_credentials',
  serviceAccountId: 'sa_1',
  clientId: 'cli_1',
  namespaceId: 'ns_payments',
  resourceServerId: 'rs_api',
  audience: 'https://rs_api.test',
  scope: 'deploy:write',
  tokenJti: `jti-of-${id}`,
  tokenExpiresAt: 1_800_000_600,
  policyId: null,
  policyVersion: null,
  claims: null,
  policies: null,
  credentialId: null,
  assertionIdentity: null,
  proofIdentity: null,
  issuer: null,
  provenance: null,
  tokenIdentity: null,
  slot: null,
  rememberUntil: null,
  ...changes,
})
const acme: ClaimConditions = {
  tenantId: 'ns_acme',
  versions: { tenant: 7, root: 3 },
  kid: 'kid_1',
  spentBy: null,
  ceiling: 3,
}
const globex = { ...acme, tenantId: 'ns_globex' }
const over = { retryAfterSeconds: expect.any(Number) }

const claim = (id: string, changes: Partial<IssueRecord> = {}, conditions = acme) =>
  claimFor(database().db, record(id, changes), conditions)
const counted = async () =>
  (await database().read('SELECT tenant_id, issued FROM issue_counts ORDER BY tenant_id')).map(
    ({ tenant_id, issued }) => [tenant_id, issued],
  )
const issued = () => database().value("SELECT count(*) FROM decisions WHERE outcome = 'issued'")
const moveTo = (minutes: number) =>
  database().write({ sql: 'UPDATE issue_counts SET minute = minute + ?', args: [minutes] })

// The database's clock cannot be moved: there is time for a test in the minute it is in.
beforeEach(() => inOneMinute(5000))

describe('the ceiling of a tenant', () => {
  it('lets so many through in a minute, and writes nothing beyond', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) expect(await claim(id)).toBe(true)
    expect(await counted()).toEqual([['ns_acme', 3]])
    for (const id of ['dec_4', 'dec_5', 'dec_6']) expect(await claim(id)).toEqual(over)
    expect(await issued()).toBe(3)
    expect(await counted()).toEqual([['ns_acme', 4]])
  })

  it('begins anew with the next minute, which is the database’s', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_4', { at: Date.now() + 600_000 })).toEqual(over)
    expect(await claim('dec_4', { at: Date.now() - 600_000 })).toEqual(over)
    await moveTo(-1)
    expect(await claim('dec_4')).toBe(true)
    expect(await counted()).toEqual([['ns_acme', 1]])
  })

  it('is not held in a minute that is still to come', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    await moveTo(10)
    expect(await claim('dec_4')).toBe(true)
    expect(await counted()).toEqual([['ns_acme', 1]])
  })

  it('says when the next minute is', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    const left = 60 - (Math.floor(Date.now() / 1000) % 60)
    const { retryAfterSeconds } = (await claim('dec_4')) as OverCeiling
    expect([left, left - 1]).toContain(retryAfterSeconds)
  })

  it('is its own', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_4', {}, globex)).toBe(true)
    expect(await claim('dec_5')).toEqual(over)
  })

  it('may be moved within the minute', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_4', {}, { ...acme, ceiling: 2 })).toEqual(over)
    expect(await claim('dec_4', {}, { ...acme, ceiling: 5 })).toBe(true)
  })

  const token = { tokenIdentity: 'token_1', slot: '', rememberUntil: 1_800_000_390 }
  const assertion = { assertionIdentity: 'assertion_1' }
  it.each<[string, Partial<IssueRecord>, Partial<ClaimConditions>]>([
    ['the signing key is another', {}, { kid: 'kid_2' }],
    ['the configuration has changed', {}, { versions: { tenant: 6, root: 3 } }],
    ['the tenant is gone', {}, { tenantId: 'ns_gone' }],
    ['the token is spent', token, { spentBy: 'any_issue' }],
    ['the assertion is spent', assertion, {}],
  ])(
    'counts no claim that is refused anyway, and hides no reason: %s',
    async (_, changes, change) => {
      const conditions = { ...acme, ...change }
      await claim('dec_1', { ...token, ...assertion })
      expect(await claim('dec_2', changes, conditions)).toBe(false)
      expect(await counted()).toEqual([['ns_acme', 1]])
      for (const id of ['dec_3', 'dec_4']) await claim(id)
      expect(await claim('dec_5', changes, conditions)).toBe(false)
      expect(await counted()).toEqual([['ns_acme', 3]])
    },
  )

  it('does not stand in the way of a retry whose first reply was lost, or count it again', async () => {
    for (const id of ['dec_1', 'dec_1', 'dec_2', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_3')).toBe(true)
    expect(await claim('dec_4')).toEqual(over)
    expect(await claim('dec_3')).toBe(true)
    expect(await issued()).toBe(3)
    await moveTo(-1)
    expect(await claim('dec_3')).toBe(true)
    for (const id of ['dec_4', 'dec_5', 'dec_6']) expect(await claim(id)).toBe(true)
  })

  it('burns no token', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    const single = { ...acme, spentBy: 'any_issue' } as const
    expect(await claim('dec_4', { ...token, ...assertion }, single)).toEqual(over)
    await moveTo(-1)
    expect(await claim('dec_5', { ...token, ...assertion }, single)).toBe(true)
  })

  it('lets exactly so many of 50 through at once', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `dec_${i}`)
    const outcomes = await Promise.all(ids.map((id) => claim(id)))
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(3)
    expect(await issued()).toBe(3)
  })

  it('costs no further round trip', async () => {
    const before = database().requests()
    await claim('dec_1')
    expect(database().requests() - before).toBe(1)
  })

  it('counts nothing where there is none', async () => {
    expect(await claim('dec_1', {}, { ...acme, ceiling: null })).toBe(true)
    expect(await counted()).toEqual([])
  })

  it('keeps out what was released, and does not count it', async () => {
    await releaseClaim(database().db, record('dec_1'))
    expect(await claim('dec_1')).toBe(false)
    expect(await counted()).toEqual([])
  })

  it('goes with its tenant', async () => {
    await claim('dec_1', {}, globex)
    await database().write("DELETE FROM namespaces WHERE id = 'ns_globex'")
    expect(await counted()).toEqual([])
  })
})
