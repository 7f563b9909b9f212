import { beforeAll, describe, expect, it } from 'vitest'
import { firstIdAt } from '../../src/core/id-time.ts'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { type EventAnswer, searchTrail, sha256, verifyTrail } from '../support/audit-trail.ts'
import { runAuditVerify } from '../support/audit-verify.ts'
import { expectIssued } from '../support/expect.ts'
import { mintAt, turn } from '../support/switches.ts'

// Minutes have to pass, so the clock has to move: test entry.
const house = useHouse({ entry: 'test' })

const minuteMs = 60_000
let owner: TestActor

beforeAll(async () => {
  owner = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
  await write('INSERT INTO decision_seal VALUES (1, ?)', String(Date.now() + 5 * minuteMs))
})

/** Each group of decisions has minutes of its own: the real ones belong to logins and the like. */
let minutes = 10

/** Makes decisions in minutes of their own, and then has the hour strike, so many times at once. */
async function sealed(count = 3, strikes = 1): Promise<{ ids: string[]; seal: EventAnswer }> {
  const { gateway, BR } = house()
  minutes += 10
  await turn(gateway, { clockOffsetMs: minutes * minuteMs })
  const from = firstIdAt('dec', Date.now() + minutes * minuteMs)
  for (let i = 0; i < count; i++) {
    const subject_token = mintAt(gateway.issuers.a, minutes * 60)
    await expectIssued(await gateway.token(BR({ subject_token })))
  }
  await turn(gateway, { clockOffsetMs: (minutes + 5) * minuteMs })
  await Promise.all(Array.from({ length: strikes }, () => gateway.scheduled()))
  await turn(gateway, { clockOffsetMs: 0 })
  const { rows } = await write('SELECT id FROM decisions WHERE id >= ? ORDER BY id', from)
  const [seal] = await searchTrail(owner, { action: 'decisions.seal', limit: '1' })
  if (seal === undefined) throw new Error('nothing was sealed')
  return { ids: rows.map(({ id }) => String(id)), seal }
}

const write = (sql: string, ...args: string[]) => house().gateway.db.execute({ sql, args })

const copyOf = async (id: string) => {
  const { rows } = await write('SELECT * FROM decisions WHERE id = ?', id)
  return { ...rows[0] } as Record<string, string | number | null>
}

const putBack = async (row: Record<string, string | number | null>) => {
  const names = Object.keys(row)
  await house().gateway.db.execute({
    sql: `INSERT OR REPLACE INTO decisions (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    args: Object.values(row),
  })
}

const fault = async () => {
  const { valid, problem, sequence } = await verifyTrail(owner)
  return { valid, problem, sequence }
}

describe('sealed decisions', () => {
  it('are in the chain of their tenant: minute, count and digest', async () => {
    const { seal } = await sealed()
    expect(seal).toMatchObject({
      action: 'decisions.seal',
      actor: { type: 'schedule' },
      outcome: 'done',
      target: null,
      namespace: '/acme',
    })
    const { minute, count, digest } = seal.details as Record<string, string | number>
    const from = Date.parse(String(minute))
    const { rows } = await write(
      `SELECT id, at, outcome, reason, grant_type, service_account_id, client_id, namespace_id,
        resource_server_id, audience, scope, token_jti, token_expires_at, policy_id, policy_version,
        claims, policies, credential_id, issuer, provenance, assertion_identity, token_identity,
        slot, remember_until, told, omitted FROM decisions
      WHERE id >= ? AND id < ? AND tenant_id = ? ORDER BY id`,
      firstIdAt('dec', from),
      firstIdAt('dec', from + minuteMs),
      seal.tenant_id,
    )
    expect(rows).toHaveLength(Number(count))
    const columns = rows.map((row) => Array.from({ length: 26 }, (_, i) => row[i]))
    expect(columns.reduce((before, each) => sha256(before + JSON.stringify(each)), '')).toBe(digest)
    expect(await verifyTrail(owner)).toMatchObject({
      valid: true,
      decisions: { purged_minutes: 0 },
    })
    expect(JSON.stringify(seal.details)).not.toMatch(/redacted/)
  })

  it('one that was altered is found, at its seal', async () => {
    const { ids, seal } = await sealed()
    const before = await copyOf(String(ids[1]))
    for (const change of ["outcome = 'refused'", "claims = '{}'", 'token_expires_at = 1']) {
      await write(`UPDATE decisions SET ${change} WHERE id = ?`, String(ids[1]))
      const found = await verifyTrail(owner)
      expect(found).toMatchObject({ valid: false, problem: 'decisions_altered' })
      expect(found.sequence).toBeLessThanOrEqual(seal.sequence)
      await putBack(before)
    }
    expect((await fault()).valid).toBe(true)
  })

  it('one that is missing, and one that was added', async () => {
    const { ids } = await sealed()
    const before = await copyOf(String(ids[0]))
    await write('DELETE FROM decisions WHERE id = ?', String(ids[0]))
    expect(await fault()).toMatchObject({ valid: false, problem: 'decisions_missing' })
    await putBack(before)
    const forged = `${String(ids[0]).slice(0, -6)}zzzzzz`
    await putBack({ ...before, id: forged, token_identity: null, slot: null })
    expect(await fault()).toMatchObject({ valid: false, problem: 'decisions_added' })
    await write('DELETE FROM decisions WHERE id = ?', forged)
    expect((await fault()).valid).toBe(true)
  })

  it('one that was given to another tenant is missing here', async () => {
    const { ids } = await sealed()
    const { tenant_id: tenant } = await copyOf(String(ids[0]))
    await write("UPDATE decisions SET tenant_id = 'ns_root' WHERE id = ?", String(ids[0]))
    expect(await fault()).toMatchObject({ valid: false, problem: 'decisions_missing' })
    await write('UPDATE decisions SET tenant_id = ? WHERE id = ?', String(tenant), String(ids[0]))
    expect((await fault()).valid).toBe(true)
  })

  it('runs at once seal every minute once', async () => {
    const before = await searchTrail(owner, { action: 'decisions.seal' })
    const { ids } = await sealed(5, 5)
    const after = await searchTrail(owner, { action: 'decisions.seal' })
    const fresh = after.slice(0, after.length - before.length)
    const counted = fresh.reduce((sum, { details }) => sum + Number(details?.count), 0)
    expect([counted, ids.length]).toEqual([5, 5])
    expect((await fault()).valid).toBe(true)
  })

  it('what the last two minutes brought is left for later', async () => {
    const { gateway } = house()
    await sealed()
    const before = await searchTrail(owner, { action: 'decisions.seal' })
    const offset = (minutes + 7) * minuteMs
    await turn(gateway, { clockOffsetMs: offset })
    const subject_token = mintAt(gateway.issuers.a, offset / 1000)
    await expectIssued(await gateway.token(house().BR({ subject_token })))
    await gateway.scheduled()
    await turn(gateway, { clockOffsetMs: offset + minuteMs })
    await gateway.scheduled()
    await turn(gateway, { clockOffsetMs: 0 })
    expect(await searchTrail(owner, { action: 'decisions.seal' })).toEqual(before)
  })

  it('rows of before tenants were kept go to the tenant of their namespace', async () => {
    const { gateway, deployer } = house()
    const id = `${firstIdAt('dec', Date.now() + (minutes + 10) * minuteMs)}0123456789abcdef`
    await write(
      `INSERT INTO decisions (id, at, outcome, reason, grant_type, service_account_id, client_id,
        namespace_id, told) SELECT ?, 1, 'refused', 'x', 'x', id, client_id, namespace_id, 0
        FROM service_accounts WHERE id = ?`,
      id,
      deployer.id,
    )
    await sealed()
    const [seal] = await searchTrail(owner, { action: 'decisions.seal', limit: '1' })
    expect((await copyOf(id)).tenant_id).toBe(seal?.tenant_id)
    expect((await fault()).valid).toBe(true)
    expect(gateway.logs.some((line) => line.includes('"duty":"seal_decisions"'))).toBe(true)
  })

  it('one in a minute that has no seal: found by npm run audit:verify', async () => {
    const { gateway } = house()
    const { ids } = await sealed()
    const run = () => runAuditVerify(gateway.hrana.url, '--json', '--tenant', '/acme')
    // The real minutes of this file's logins lie before what was sealed, and were never sealed.
    const known = JSON.parse((await run()).output).unsealed.length
    const at = Math.floor((Date.now() + (minutes - 5) * minuteMs) / minuteMs) * minuteMs
    const forged = `${firstIdAt('dec', at)}0123456789abcdef`
    const row = await copyOf(String(ids[0]))
    await putBack({ ...row, id: forged, token_identity: null, slot: null })
    const { code, output } = await run()
    const minute = new Date(at).toISOString()
    const { unsealed, valid } = JSON.parse(output)
    expect({ code, valid, count: unsealed.length }).toEqual({
      code: 1,
      valid: false,
      count: known + 1,
    })
    expect(unsealed).toContainEqual(expect.objectContaining({ problem: 'decisions_added', minute }))
    await write('DELETE FROM decisions WHERE id = ?', forged)
  })

  it('the log knows where every chain ends', async () => {
    const { gateway } = house()
    await sealed()
    const { head, tenant_id } = await verifyTrail(owner)
    const line = gateway.logs.findLast((each) => each.includes(`"tenant_id":"${tenant_id}"`))
    expect(JSON.parse(String(line))).toEqual({ event: 'audit_head', tenant_id, ...head })
    const anchor = { expect_sequence: String(head.sequence), expect_hash: head.hash }
    expect(await verifyTrail(owner, anchor)).toMatchObject({ valid: true })
  })
})
