import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { searchTrail, verifyTrail } from '../support/audit-trail.ts'
import { expectProblem } from '../support/expect.ts'
import { text } from '../support/gateway-bindings.ts'

const quota = 400
const refusals = quota / 10
const house = useHouse({ env: { CHANGES_PER_MINUTE: text(String(quota)) } })

let owner: TestActor

beforeAll(async () => {
  owner = await makeActor(house().gateway, '/globex', [builtIn('owner', '/globex')])
})

const eventsOf = async ({ id }: TestActor): Promise<number> => {
  const sql = 'SELECT count(*) AS n FROM audit_events WHERE actor_id = ?'
  return Number((await house().gateway.db.execute({ sql, args: [id] })).rows[0]?.n)
}

/** Somebody with few rights and much time. */
const makeViewer = () => makeActor(house().gateway, '/globex', [builtIn('viewer', '/globex')])

describe('a flood of refused calls', () => {
  it('one after the other: so many events a minute, and no more', async () => {
    const viewer = await makeViewer()
    const statuses: number[] = []
    for (let i = 0; i < refusals + 30; i++) {
      const answer = await viewer.call('POST', '/namespaces', { path: '/globex/x' })
      statuses.push(answer.status)
      expect(answer.headers.get('ratelimit-policy')).toContain(`q=${quota}`)
    }
    expect(statuses).toEqual([...Array(refusals).fill(403), ...Array(30).fill(429)])
    expect(await eventsOf(viewer)).toBe(refusals)
    // Readings that are refused count as well.
    const answer = await viewer.call('GET', '/audit-events')
    await expectProblem(answer, 429, 'too-many-requests')
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/)
    expect(await eventsOf(viewer)).toBe(refusals)
  })

  it('at once: bounded as well, and nobody else waits for it', async () => {
    const viewer = await makeViewer()
    const wave = () =>
      Promise.all(
        Array.from({ length: 100 }, () =>
          viewer.call('POST', '/namespaces', { path: '/globex/x' }),
        ),
      )
    const flood = (async () => {
      for (let i = 0; i < 3; i++) await wave()
    })()
    const answer = await owner.call('POST', '/namespaces', { path: '/globex/meanwhile' })
    expect(answer.status).toBe(201)
    await flood
    expect(await eventsOf(viewer)).toBe(refusals)
    const before = await eventsOf(viewer)
    await wave()
    expect(await eventsOf(viewer)).toBe(before)
    const [made] = await searchTrail(owner, { actor_id: owner.id })
    expect(made).toMatchObject({ action: 'namespaces.create', outcome: 'done' })
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
  })
})
