import { describe, expect, it } from 'vitest'
import {
  type ClaimConditions,
  claimBelow,
  type IssueRecord,
  releaseClaim,
} from '../../src/store/claim.ts'
import { row, useDatabase } from './database.ts'
import { madeAt, tree } from './tree.ts'

const database = useDatabase(
  ...tree,
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
  issuer: null,
  provenance: null,
  tokenIdentity: null,
  slot: null,
  rememberUntil: null,
  ...changes,
})
const acme: ClaimConditions & { ceiling: number } = {
  tenantId: 'ns_acme',
  versions: { tenant: 7, root: 3 },
  kid: 'kid_1',
  spentBy: null,
  ceiling: 3,
}
const globex = { ...acme, tenantId: 'ns_globex' }

const claim = (id: string, changes: Partial<IssueRecord> = {}, conditions = acme) =>
  claimBelow(database().db, record(id, changes), conditions)
const counted = () => database().read('SELECT * FROM issue_counts ORDER BY tenant_id')
const issued = () => database().value("SELECT count(*) FROM decisions WHERE outcome = 'issued'")

const minute = madeAt / 60_000

describe('the ceiling of a tenant', () => {
  it('lets so many through in a minute, and writes nothing beyond', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) expect(await claim(id)).toBe(true)
    for (const id of ['dec_4', 'dec_5']) expect(await claim(id)).toBe('over_ceiling')
    expect(await issued()).toBe(3)
    expect(await counted()).toEqual([{ tenant_id: 'ns_acme', minute, issued: 3 }])
  })

  it('begins anew with the next minute, and a slow clock does not bring it back', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_4', { at: madeAt + 59_999 })).toBe('over_ceiling')
    expect(await claim('dec_4', { at: madeAt + 60_000 })).toBe(true)
    expect(await claim('dec_5', { at: madeAt })).toBe(true)
    expect(await counted()).toEqual([{ tenant_id: 'ns_acme', minute: minute + 1, issued: 2 }])
  })

  it('is its own', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_4', {}, globex)).toBe(true)
    expect(await claim('dec_5')).toBe('over_ceiling')
  })

  it('counts no claim that is not granted', async () => {
    expect(await claim('dec_1', {}, { ...acme, kid: 'kid_2' })).toBe(false)
    expect(await claim('dec_1', {}, { ...acme, versions: { tenant: 6, root: 3 } })).toBe(false)
    expect(await counted()).toEqual([{ tenant_id: 'ns_acme', minute, issued: 0 }])
  })

  it('does not stand in the way of a retry whose first reply was lost', async () => {
    for (const id of ['dec_1', 'dec_2', 'dec_3']) await claim(id)
    expect(await claim('dec_3')).toBe(true)
    expect(await issued()).toBe(3)
  })

  it('burns no token', async () => {
    const token = { tokenIdentity: 'token_1', slot: '', rememberUntil: 1_800_000_390 }
    await database().write(row('issue_counts', { tenant_id: 'ns_acme', minute, issued: 3 }))
    expect(await claim('dec_1', token)).toBe('over_ceiling')
    expect(await claim('dec_2', { ...token, at: madeAt + 60_000 })).toBe(true)
  })

  it('lets exactly so many of 50 through at once', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `dec_${i}`)
    const outcomes = await Promise.all(ids.map((id) => claim(id)))
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(3)
    expect(outcomes.filter((outcome) => outcome === 'over_ceiling')).toHaveLength(47)
    expect(await issued()).toBe(3)
  })

  it('costs no further round trip', async () => {
    const before = database().requests()
    await claim('dec_1')
    expect(database().requests() - before).toBe(1)
  })

  it('keeps out what was released', async () => {
    await releaseClaim(database().db, record('dec_1'))
    expect(await claim('dec_1')).toBe(false)
  })

  it('goes with its tenant', async () => {
    await claim('dec_1', {}, globex)
    await database().write("DELETE FROM namespaces WHERE id = 'ns_globex'")
    expect(await counted()).toEqual([])
  })
})
