import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { searchTrail, sha256, verifyTrail } from '../support/audit-trail.ts'

const house = useHouse()
let owner: TestActor
let tenant: string

type Row = Record<string, string | number | null>

const write = (sql: string, ...args: (string | number | null)[]) =>
  house().gateway.db.execute({ sql, args })

const rows = async (): Promise<Row[]> => {
  const found = await write(
    'SELECT * FROM audit_events WHERE tenant_id = ? ORDER BY sequence',
    tenant,
  )
  return found.rows.map((row) => ({ ...row }) as Row)
}

const put = (row: Row) =>
  write(
    `INSERT INTO audit_events (${Object.keys(row).join()})
      VALUES (${Object.keys(row)
        .map(() => '?')
        .join()})`,
    ...Object.values(row),
  )

beforeAll(async () => {
  owner = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
  for (const n of [1, 2, 3, 4]) await owner.call('POST', '/namespaces', { path: `/acme/v${n}` })
  tenant = (await verifyTrail(owner)).tenant_id
})

/** What going on from a noted head is asked with. */
const goingOn = ({ sequence, hash }: { readonly sequence: number; readonly hash: string }) => ({
  from_sequence: String(sequence + 1),
  previous_hash: hash,
})

const nothing = { checked: 0, head: { sequence: 0, hash: '0'.repeat(64) }, next: null }

describe('going on from a noted head', () => {
  it('finds that the tail was cut off', async () => {
    const { head } = await verifyTrail(owner)
    const cut = (await rows()).slice(3)
    await write('DELETE FROM audit_events WHERE tenant_id = ? AND sequence > 3', tenant)
    const fault = { ...nothing, valid: false, problem: 'missing', sequence: head.sequence }
    const expected = { expect_sequence: String(head.sequence), expect_hash: head.hash }
    expect(await verifyTrail(owner, goingOn(head))).toMatchObject(fault)
    expect(await verifyTrail(owner, { ...goingOn(head), ...expected })).toMatchObject(fault)
    for (const row of cut) await put(row)
    expect(await verifyTrail(owner, goingOn(head))).toMatchObject({ valid: true, checked: 0, head })
  })

  it('finds that it was written anew, and one before it that was expected', async () => {
    const { head } = await verifyTrail(owner)
    const other = { sequence: head.sequence, hash: 'a'.repeat(64) }
    const altered = { ...nothing, valid: false, problem: 'altered' }
    expect(await verifyTrail(owner, goingOn(other))).toMatchObject({
      ...altered,
      sequence: head.sequence,
    })
    const expected = { expect_sequence: '2', expect_hash: 'b'.repeat(64) }
    expect(await verifyTrail(owner, { ...goingOn(head), ...expected })).toMatchObject({
      ...altered,
      sequence: 2,
    })
    await write(
      "UPDATE audit_events SET content = replace(content, '/acme', '/acne') WHERE hash = ?",
      head.hash,
    )
    expect(await verifyTrail(owner, goingOn(head))).toMatchObject({
      ...altered,
      sequence: head.sequence,
    })
    await write(
      "UPDATE audit_events SET content = replace(content, '/acne', '/acme') WHERE hash = ?",
      head.hash,
    )
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
  })
})

describe('what somebody wrote into the table is a fault, and no crash', () => {
  it.each([
    { minute: 'garbage', count: 1, digest: 'x', format: 1 },
    { minute: '2026-01-01T00:00:00.001Z', count: 1, digest: 'x', format: 1 },
    { minute: '2026-01-01T00:00:00.000Z', count: '1', digest: 'x', format: 1 },
    { minute: '2026-01-01T00:00:00.000Z', count: 1, digest: 'x', format: 2 },
    null,
  ])('a seal of %j', async (details) => {
    const { head } = await verifyTrail(owner)
    const last = (await rows()).at(-1) as Row
    const mine = {
      sequence: head.sequence + 1,
      id: 'evt_forged',
      action: 'decisions.seal',
    }
    const told = { ...JSON.parse(String(last.content)), ...mine, details, previous_hash: head.hash }
    const content = JSON.stringify(told)
    await put({ ...last, ...mine, content, hash: sha256(content) })
    const found = await verifyTrail(owner)
    await write("DELETE FROM audit_events WHERE id = 'evt_forged'")
    expect(found).toMatchObject({ valid: false, problem: 'altered', sequence: mine.sequence })
  })

  it.each([["content = 'x'"], ["content = 'x', at = 9e15"], ["content = 'x', at = 'never'"]])(
    'an event with %s',
    async (change) => {
      const before = (await rows())[3] as Row
      await write(`UPDATE audit_events SET ${change} WHERE id = ?`, String(before.id))
      const listed = await searchTrail(owner)
      const searched = await owner.call('GET', '/audit-events?reason=permission-denied')
      const found = await verifyTrail(owner)
      await write(
        'UPDATE audit_events SET content = ?, at = ? WHERE id = ?',
        String(before.content),
        Number(before.at),
        String(before.id),
      )
      expect(searched.status).toBe(200)
      expect(listed.find(({ id }) => id === before.id)?.details).toEqual({ unreadable: true })
      expect(found).toMatchObject({ valid: false, problem: 'altered', sequence: before.sequence })
      expect(await verifyTrail(owner)).toMatchObject({ valid: true })
    },
  )
})
