import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { exportTrail, sha256, type VerifyAnswer, verifyTrail } from '../support/audit-trail.ts'
import { runAuditVerify } from '../support/audit-verify.ts'

const house = useHouse()

type Row = Record<string, string | number | null>

let owner: TestActor
let tenantId: string
let rows: Row[]
let folder: string

const db = () => house().gateway.db

const read = async (): Promise<Row[]> => {
  const sql = 'SELECT * FROM audit_events WHERE tenant_id = ? ORDER BY sequence'
  return (await db().execute({ sql, args: [tenantId] })).rows.map((row) => ({ ...row }) as Row)
}

/** Writes a chain as somebody would who has the database. */
const replace = async (chain: readonly Row[]): Promise<void> => {
  await db().batch([
    { sql: 'DELETE FROM audit_events WHERE tenant_id = ?', args: [tenantId] },
    ...chain.map((row) => ({
      sql: `INSERT INTO audit_events (${Object.keys(row).join()})
        VALUES (${Object.keys(row)
          .map(() => '?')
          .join()})`,
      args: Object.values(row),
    })),
  ])
}

/** The chain with changes in its events of these sequences. */
const changed = (changes: Readonly<Record<number, Partial<Row>>>): Row[] =>
  rows.map((row) => ({ ...row, ...changes[Number(row.sequence)] }) as Row)

/** Writes all events anew from one on, so that each fits the one before. */
const forgedFrom = (sequence: number, alter: (content: string) => string): Row[] => {
  let previous = String(rows[sequence - 2]?.hash)
  return rows.map((row) => {
    if (Number(row.sequence) < sequence) return row
    const told = JSON.parse(
      Number(row.sequence) === sequence ? alter(String(row.content)) : String(row.content),
    )
    const content = JSON.stringify({ ...told, previous_hash: previous })
    previous = sha256(content)
    return { ...row, content, hash: previous }
  })
}

const row = (sequence: number): Row => rows[sequence - 1] as Row
const textOf = (sequence: number): string => String(row(sequence).content)

beforeAll(async () => {
  const { gateway, make } = house()
  folder = await mkdtemp(`${tmpdir()}/gatehouse-audit-`)
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  for (let i = 0; i < 5; i++) {
    const answer = await owner.call('POST', '/namespaces', { path: `/acme/n${i}` })
    expect(answer.status).toBe(201)
  }
  // By a root account: behind a mark.
  await make.namespace('/acme/n9')
  tenantId = (await verifyTrail(owner)).tenant_id
  rows = await read()
  expect(rows.length).toBeGreaterThan(12)
})

afterEach(() => replace(rows))
afterAll(() => rm(folder, { recursive: true, force: true }))

const ended = () => Number(row(rows.length).sequence)
const anchor = () => ({ expect_sequence: String(ended()), expect_hash: String(row(ended()).hash) })

const finds = async (problem: string, sequence: number, query = {}): Promise<VerifyAnswer> => {
  const found = await verifyTrail(owner, query)
  expect(found).toMatchObject({
    valid: false,
    problem,
    sequence,
    checked: sequence - 1,
    next: null,
  })
  expect(found.head).toEqual({ sequence: sequence - 1, hash: row(sequence - 1).hash })
  return found
}

describe('a chain that somebody with the database changed', () => {
  it('is good as it is', async () => {
    const { checked, head, valid } = await verifyTrail(owner, anchor())
    expect({ valid, checked }).toEqual({ valid: true, checked: ended() })
    expect(head).toEqual({ sequence: ended(), hash: row(ended()).hash })
  })

  it('the text of an event', async () => {
    const content = textOf(8).replace('"done"', '"refused"')
    await replace(changed({ 8: { content } }))
    await finds('altered', 8)
    await replace(changed({ 8: { content: 'no JSON at all' } }))
    await finds('altered', 8)
    await replace(changed({ 8: { hash: '0'.repeat(64) } }))
    await finds('altered', 8)
  })

  it('the text of an event and its hash: found at the one after it', async () => {
    const content = textOf(8).replace('"done"', '"refused"')
    await replace(changed({ 8: { content, hash: sha256(content), outcome: 'refused' } }))
    expect(await verifyTrail(owner)).toMatchObject({
      valid: false,
      problem: 'altered',
      sequence: 9,
    })
  })

  it('an event is gone, the first one, several', async () => {
    for (const gone of [[8], [1], [5, 6, 9]]) {
      await replace(rows.filter(({ sequence }) => !gone.includes(Number(sequence))))
      const first = Number(gone[0])
      expect(await verifyTrail(owner)).toMatchObject({ problem: 'missing', sequence: first })
    }
  })

  it('an event is gone and the others have moved up', async () => {
    const left = rows.filter(({ sequence }) => sequence !== 8)
    await replace(left.map((each, i) => ({ ...each, sequence: i + 1 })))
    await finds('out_of_order', 8)
  })

  it('two events have changed places', async () => {
    const [a, b] = [row(7), row(8)]
    await replace(changed({ 7: { ...b, sequence: 7 }, 8: { ...a, sequence: 8 } }))
    await finds('out_of_order', 7)
  })

  it.each([
    ['actor_id', 'sa_other'],
    ['action', 'roles.create'],
    ['outcome', 'refused'],
    ['namespace_id', 'ns_root'],
    ['target_id', 'ns_other'],
    ['at', 1],
    ['id', 'evt_other'],
    ['platform', '{"id":"sa_other"}'],
  ])('the column %s, by which it is found', async (name, value) => {
    const { sequence } = rows.find(({ actor_id }) => actor_id === owner.id) as Row
    await replace(changed({ [Number(sequence)]: { [name]: value } }))
    await finds('column_mismatch', Number(sequence))
  })

  it('whom a mark hides', async () => {
    const hidden = rows.find(({ platform }) => platform !== null) as Row
    const sequence = Number(hidden.sequence)
    const platform = JSON.parse(String(hidden.platform)) as Row
    for (const other of [{ ...platform, id: 'sa_other' }, { ...platform, source: 'x' }, null]) {
      await replace(changed({ [sequence]: { platform: other && JSON.stringify(other) } }))
      expect(await verifyTrail(owner)).toMatchObject({ problem: 'mark_mismatch', sequence })
    }
    await replace(changed({ [sequence]: { platform: 'no JSON' } }))
    expect(await verifyTrail(owner)).toMatchObject({ problem: 'mark_mismatch', sequence })
    // It can still be read.
    expect((await owner.call('GET', `/audit-events/${hidden.id}`)).status).toBe(200)
    expect((await house().gateway.admin('GET', `/audit-events/${hidden.id}`)).status).toBe(200)
  })

  it('the tail is cut off: found by a head that was noted elsewhere', async () => {
    await replace(rows.slice(0, -3))
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
    await finds('missing', ended() - 2, anchor())
    await replace([])
    const all = await verifyTrail(owner, { ...anchor(), tenant: '/acme' })
    expect(all).toMatchObject({ valid: false, problem: 'missing', sequence: 1 })
  })

  it('all of it is written anew: found by a head that was noted elsewhere', async () => {
    await replace(forgedFrom(8, (content) => content.replace('"request_id":"', '"request_id":"x')))
    expect(await verifyTrail(owner)).toMatchObject({ valid: true, checked: ended() })
    const told = await verifyTrail(owner, anchor())
    expect(told).toMatchObject({ valid: false, problem: 'altered', sequence: ended() })
  })

  it('from a place on: only with the hash before it', async () => {
    const from = { from_sequence: '9', previous_hash: String(row(8).hash) }
    await replace(changed({ 3: { content: '{}' } }))
    expect(await verifyTrail(owner, from)).toMatchObject({ valid: true, checked: ended() - 8 })
    const wrong = { ...from, previous_hash: '1'.repeat(64) }
    expect(await verifyTrail(owner, wrong)).toMatchObject({ problem: 'altered', sequence: 8 })
    const half = await owner.call('GET', '/audit-events:verify?from_sequence=9')
    expect(half.status).toBe(422)
  })
})

describe('npm run audit:verify', () => {
  const run = (...args: string[]) => runAuditVerify(house().gateway.hrana.url, ...args)

  it('ends with 0 for good chains, of all tenants or of one', async () => {
    const all = await run()
    expect([all.code, all.errors]).toEqual([0, ''])
    expect(all.output).toContain(`${tenantId}: ${ended()} events`)
    expect(all.output).toContain('ns_root: ')
    const { expect_sequence: sequence, expect_hash: hash } = anchor()
    const one = await run('--tenant', '/acme', '--expect', `${sequence}:${hash}`, '--json')
    expect(one.code).toBe(0)
    const { valid, chains } = JSON.parse(one.output)
    expect({ valid, chains }).toMatchObject({
      valid: true,
      chains: [{ tenant_id: tenantId, checked: ended(), head: { sequence: ended(), hash } }],
    })
  })

  it('ends with 1 and names the first event that is not as it was written', async () => {
    await replace(changed({ 8: { content: textOf(8).replace('"done"', '"none"') } }))
    const told = await run('--tenant', tenantId)
    expect([told.code, told.output]).toEqual([1, expect.stringContaining('event 8: altered')])
    const all = await run('--json')
    expect([all.code, JSON.parse(all.output).valid]).toEqual([1, false])
    await replace(rows.slice(0, -1))
    const { expect_sequence: sequence, expect_hash: hash } = anchor()
    const cut = await run('--tenant', '/acme', '--expect', `${sequence}:${hash}`)
    expect([cut.code, cut.output]).toEqual([1, expect.stringContaining(`${sequence}: missing`)])
  })

  it('checks an export without a database, line by line', async () => {
    const lines = await exportTrail(owner)
    const file = `${folder}/events.ndjson`
    const check = async (kept: readonly string[], ...args: string[]) => {
      await writeFile(file, kept.map((line) => `${line}\n`).join(''))
      return runAuditVerify('', '--file', file, ...args)
    }
    const good = await check(lines)
    expect(good.code).toBe(0)
    expect(good.output).not.toContain('sealed minutes are as they were')
    expect(good.output).toContain('not checked: sealed minutes')
    expect(good.output).toContain('not checked: whether the tail was cut off')
    const { expect_sequence: sequence, expect_hash: hash } = anchor()
    const from = `4:${row(4).hash}`
    expect((await check(lines.slice(4), '--from', from)).code).toBe(0)
    const faults = [
      [lines.toSpliced(7, 1), 'event 8: missing'],
      [lines.with(7, String(lines[7]).replace('"done"', '"none"')), 'event 8: altered'],
      [lines.with(7, String(lines[6])), 'event 8: out_of_order'],
      [lines.slice(0, -1), `event ${sequence}: missing`],
    ] as const
    for (const [kept, said] of faults) {
      const { code, output } = await check(kept, '--expect', `${sequence}:${hash}`)
      expect([code, output]).toEqual([1, expect.stringContaining(said)])
    }
  })

  it('an export that is none, or does not begin at 1, is not called good or altered', async () => {
    const lines = await exportTrail(owner)
    const file = `${folder}/part.ndjson`
    const check = async (text: string, ...args: string[]) => {
      await writeFile(file, text)
      return runAuditVerify('', '--file', file, ...args)
    }
    for (const text of ['', '\n', '# Gatehouse\n\nA text.\n', '{"status":404}\n']) {
      const { code, output, errors } = await check(text)
      expect([code, output]).toEqual([2, ''])
      expect(errors).toMatch(text === '' ? /is empty: nothing was checked/ : /is no export/)
    }
    const tail = await check(`${lines.slice(4).join('\n')}\n`)
    expect(tail.code).toBe(1)
    expect(tail.output).toMatch(/event 1: missing.*--from/)
    const { expect_sequence: sequence, expect_hash: hash } = anchor()
    const whole = await check(`${lines.join('\n')}\n`, '--json', '--expect', `${sequence}:${hash}`)
    expect(JSON.parse(whole.output)).toMatchObject({
      valid: true,
      chains: [{ checked: lines.length, decisions: null }],
      not_checked: ['seals'],
    })
    const before = ['--from', `4:${row(4).hash}`, '--expect', `3:${row(3).hash}`]
    const unseen = await check(`${lines.slice(4).join('\n')}\n`, ...before)
    expect([unseen.code, unseen.errors]).toEqual([2, expect.stringContaining('--expect')])
  })

  it('ends with 2 where it cannot say, and says why', async () => {
    expect((await run('--help')).output).toContain('--expect')
    const lone = `1:${'0'.repeat(64)}`
    for (const [args, said] of [
      [['--expect', lone], '--tenant'],
      [['--tenant', '/acme', '--expect', '17'], '--expect 17 is not like'],
      [['--file', 'events.ndjson', '--from', 'abc'], '--from abc is not like'],
      [['--file', `${folder}/none.ndjson`], 'none.ndjson'],
      [['--file', folder], 'EISDIR'],
      [['--tenant', '/nowhere'], '/nowhere'],
      [['--tenant', 'ns_nowhere'], 'ns_nowhere has no events'],
      [['--wrong'], '--wrong'],
    ] as const) {
      const { code, output, errors } = await run(...args)
      expect([code, output, errors]).toEqual([2, '', expect.stringContaining(said)])
    }
    const away = await runAuditVerify('http://127.0.0.1:9')
    expect([away.code, away.errors]).toEqual([2, expect.stringContaining('LIBSQL_URL')])
  })
})
