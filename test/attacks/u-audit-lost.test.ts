import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { searchTrail, verifyTrail } from '../support/audit-trail.ts'
import type { DatabaseMode } from '../support/faulty-database.ts'

const house = useHouse({ faultyDatabase: true })

let owner: TestActor

beforeAll(async () => {
  owner = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
})

const isEvent = (body: string): boolean => /insert into ..audit_events/i.test(body)

/** Whether a namespace is there, and how many events say so. */
const found = async (path: string) => {
  const { gateway } = house()
  const sql = 'SELECT id FROM namespaces WHERE path = ?'
  const { rows } = await gateway.db.execute({ sql, args: [path] })
  const events = await searchTrail(owner, { action: 'namespaces.create', outcome: 'done' })
  const told = events.filter(({ namespace }) => namespace === path)
  return { there: rows.length, told: told.length }
}

describe('a change whose answer from the database is lost', () => {
  it.each<[DatabaseMode, number[]]>([
    ['lose-reply', [0, 1]],
    ['hang-after-commit', [0, 1]],
    ['truncate', [0, 1]],
    ['refuse', [0]],
    ['error', [0]],
    ['html', [0]],
    ['garbage', [0]],
    ['hang', [0]],
  ])('%s: it is there with its event, or neither is', async (mode, possible) => {
    const { gateway } = house()
    const path = `/acme/lost-${mode}`
    gateway.database.set(mode, { when: isEvent, times: 1, text: '"x"' })
    const answer = await owner.call('POST', '/namespaces', { path })
    gateway.database.set('pass')
    expect([201, 503]).toContain(answer.status)
    const { there, told } = await found(path)
    expect(possible).toContain(there)
    expect(told).toBe(there)
    if (answer.status === 201) expect(there).toBe(1)
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
  })

  it('a refusal that cannot be written down is an outage, not a refusal', async () => {
    const { gateway } = house()
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    gateway.database.set('refuse', { when: isEvent })
    const answer = await viewer.call('POST', '/namespaces', { path: '/acme/x' })
    gateway.database.set('pass')
    expect([answer.status, await searchTrail(owner, { actor_id: viewer.id })]).toEqual([503, []])
  })
})
