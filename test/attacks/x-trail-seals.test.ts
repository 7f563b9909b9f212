import { beforeAll, describe, expect, it } from 'vitest'
import { firstIdAt } from '../../src/core/id-time.ts'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { verifyTrail } from '../support/audit-trail.ts'
import { runAuditVerify } from '../support/audit-verify.ts'
import { expectIssued } from '../support/expect.ts'
import { mintAt, turn } from '../support/switches.ts'

// Minutes have to pass, so the clock has to move: test entry.
const house = useHouse({ entry: 'test' })

const minuteMs = 60_000
const decidedMs = 20 * minuteMs
let owner: TestActor
let row: Record<string, string | number | null>

const write = (sql: string, ...args: (string | number | null)[]) =>
  house().gateway.db.execute({ sql, args })

beforeAll(async () => {
  const { gateway, BR } = house()
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  await write('INSERT INTO decision_seal VALUES (1, ?)', Date.now() + 5 * minuteMs)
  await turn(gateway, { clockOffsetMs: decidedMs })
  const from = firstIdAt('dec', Date.now() + decidedMs)
  const subject_token = mintAt(gateway.issuers.a, decidedMs / 1000)
  await expectIssued(await gateway.token(BR({ subject_token })))
  await turn(gateway, { clockOffsetMs: decidedMs + 5 * minuteMs })
  await gateway.scheduled()
  await turn(gateway, { clockOffsetMs: 0 })
  row = { ...(await write('SELECT * FROM decisions WHERE id >= ?', from)).rows[0] } as typeof row
})

/** What `npm run audit:verify` says of this tenant. */
const script = async (): Promise<{ good: boolean; unsealed: number }> => {
  const { output } = await runAuditVerify(
    house().gateway.hrana.url,
    ...['--json', '--tenant', '/acme'],
  )
  const { chains, unsealed } = JSON.parse(output) as {
    chains: { valid: boolean }[]
    unsealed: unknown[]
  }
  return { good: chains.every(({ valid }) => valid), unsealed: unsealed.length }
}

const forge = async (id: string, change: typeof row): Promise<void> => {
  const forged = { ...row, token_identity: null, slot: null, ...change, id }
  await write(
    `INSERT INTO decisions (${Object.keys(forged).join()})
      VALUES (${Object.keys(forged)
        .map(() => '?')
        .join()})`,
    ...Object.values(forged),
  )
}

describe('a decision that was forged', () => {
  it.each([
    ['no tenant', null],
    ['the house', 'ns_root'],
    ['a tenant that is none', 'ns_nowhere'],
  ])('into a sealed minute, as if it were of %s', async (_, tenant_id) => {
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
    const id = `${String(row.id).slice(0, -6)}zzzzzz`
    await forge(id, { tenant_id })
    // It stands in the tenant's list, so the tenant's seals must say that it does not belong there.
    expect((await owner.call('GET', `/decisions/${id}`)).status).toBe(200)
    expect(await verifyTrail(owner)).toMatchObject({ valid: false, problem: 'decisions_added' })
    expect(await script()).toMatchObject({ good: false })
    await write('DELETE FROM decisions WHERE id = ?', id)
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
  })

  it.each([
    ['no tenant', null],
    ['the house', 'ns_root'],
  ])('into a minute that has no seal, as if it were of %s', async (_, tenant_id) => {
    const before = await script()
    const id = `${firstIdAt('dec', Date.now() + 12 * minuteMs)}0123456789abcdef`
    await forge(id, { tenant_id })
    expect(await script()).toEqual({ good: true, unsealed: before.unsealed + 1 })
    await write('DELETE FROM decisions WHERE id = ?', id)
  })
})
