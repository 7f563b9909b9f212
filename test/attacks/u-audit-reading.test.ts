import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import {
  type EventAnswer,
  exportTrail,
  searchTrail,
  sha256,
  verifyTrail,
} from '../support/audit-trail.ts'
import { expectProblem } from '../support/expect.ts'

const house = useHouse()

let owner: TestActor
let team: TestActor
let stranger: TestActor

beforeAll(async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/team')
  await make.namespace('/acme/other')
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  team = await makeActor(gateway, '/acme/team', [builtIn('owner', '/acme/team')])
  stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
})

const rename = async (actor: TestActor, path: string): Promise<string> => {
  const found = await house().gateway.admin('GET', `/namespaces?path=${path}`)
  const { data } = (await found.json()) as { data: { id: string }[] }
  const id = String(data[0]?.id)
  const answer = await actor.call('PATCH', `/namespaces/${id}`, { display_name: `by ${path}` })
  expect(answer.status).toBe(200)
  return id
}

describe('who reads the trail', () => {
  it('an owner: what happened where it owns and below, newest first', async () => {
    const id = await rename(owner, '/acme/other')
    await rename(owner, '/acme/team')
    const [second, first] = await searchTrail(owner, { actor_id: owner.id })
    expect([first?.namespace, second?.namespace]).toEqual(['/acme/other', '/acme/team'])
    expect(first).toMatchObject({
      action: 'namespaces.update',
      outcome: 'done',
      reason: null,
      actor: { type: 'service_account', id: owner.id },
      target: { type: 'namespace', id },
      details: { display_name: 'by /acme/other' },
      hash: second?.previous_hash,
    })
    expect(first).not.toHaveProperty('platform')
    const mine = await searchTrail(team)
    expect(mine.some(({ namespace }) => namespace === '/acme/team')).toBe(true)
    expect(mine.filter(({ namespace }) => !namespace.startsWith('/acme/team'))).toEqual([])
    const other = await searchTrail(stranger)
    expect(other.some(({ namespace }) => namespace.startsWith('/acme'))).toBe(false)
  })

  it('one event by its id; not of another place, nor of another tenant', async () => {
    await rename(owner, '/acme/other')
    const [event] = await searchTrail(owner, { actor_id: owner.id })
    const path = `/audit-events/${event?.id}`
    const found = await owner.call('GET', path)
    expect([found.status, await found.json()]).toEqual([200, event])
    for (const actor of [team, stranger]) {
      await expectProblem(await actor.call('GET', path), 404, 'not-found')
    }
  })

  it('neither deployers nor viewers, nor a token whose scope lacks it', async () => {
    const { gateway } = house()
    for (const role of ['deployer', 'viewer'] as const) {
      const actor = await makeActor(gateway, '/acme', [builtIn(role, '/acme')])
      for (const verb of ['', ':export', ':verify']) {
        const answer = await actor.call('GET', `/audit-events${verb}`)
        await expectProblem(answer, 403, 'permission-denied')
      }
    }
    const narrow = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')], 'roles:read')
    await expectProblem(await narrow.call('GET', '/audit-events'), 403, 'insufficient-scope')
  })

  it('a namespace that moved or is gone takes its events along, or leaves them to the tenant', async () => {
    const { make } = house()
    const { id } = await make.namespace('/acme/team/short')
    const about = async (actor: TestActor) => searchTrail(actor, { target_id: id })
    expect(await about(team)).toHaveLength(1)
    expect((await owner.call('DELETE', `/namespaces/${id}`)).status).toBe(204)
    expect((await about(owner)).length).toBeGreaterThan(0)
    // Whoever owns a namespace of that name now inherits nothing.
    const again = await make.namespace('/acme/team/short')
    const heir = await makeActor(house().gateway, '/acme/team/short', [
      builtIn('owner', '/acme/team/short'),
    ])
    const seen = await searchTrail(heir)
    expect(seen.map(({ target }) => target?.id)).not.toContain(id)
    expect(seen.map(({ target }) => target?.id)).toContain(again.id)
  })

  it('a tenant that was made again inherits nothing', async () => {
    const { gateway, make } = house()
    const old = await make.namespace('/phoenix')
    await make.namespace('/phoenix/secret')
    expect((await gateway.admin('DELETE', `/namespaces/${old.id}`)).status).toBe(204)
    await make.namespace('/phoenix')
    const heir = await makeActor(gateway, '/phoenix', [builtIn('owner', '/phoenix')])
    const seen = await searchTrail(heir)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.filter(({ tenant_id: tenant }) => tenant === old.id)).toEqual([])
    for (const verb of ['export', 'verify']) {
      const answer = await heir.call('GET', `/audit-events:${verb}?tenant=${old.id}`)
      await expectProblem(answer, 404, 'not-found')
    }
    expect(await exportTrail(gateway, { tenant: old.id })).not.toEqual([])
    expect(await verifyTrail(gateway, { tenant: old.id })).toMatchObject({ valid: true })
  })
})

describe('a root account in a tenant', () => {
  it('is "platform" to the tenant, and named to readers of /', async () => {
    const { gateway, make } = house()
    const root = await makeActor(gateway, '/', [builtIn('owner', '/')])
    const { id } = await make.namespace('/acme/watched')
    await rename(root, '/acme/watched')
    const [told] = await searchTrail(owner, { target_id: id, action: 'namespaces.update' })
    expect(told?.actor).toEqual({ type: 'platform', mark: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(JSON.stringify(told)).not.toContain(root.id)
    const [seen] = await searchTrail(gateway, { target_id: id, action: 'namespaces.update' })
    expect(seen).toMatchObject({ ...told, platform: { id: root.id } })
    expect(JSON.stringify(await exportTrail(owner))).not.toContain(root.id)
    // A guess is not confirmed.
    expect(await searchTrail(owner, { actor_id: root.id })).toEqual([])
    expect(await searchTrail(gateway, { actor_id: root.id })).toHaveLength(1)
  })
})

describe('filters', () => {
  it('by action, outcome, reason, time and namespace', async () => {
    await rename(owner, '/acme/other')
    const denied = await team.call('POST', '/namespaces', { path: '/acme/x' })
    await expectProblem(denied, 422)
    const only = async (query: Record<string, string>, of: (event: EventAnswer) => unknown) => [
      ...new Set((await searchTrail(owner, query)).map(of)),
    ]
    expect(await only({ outcome: 'refused' }, ({ outcome }) => outcome)).toEqual(['refused'])
    expect(await only({ action: 'namespaces.update' }, ({ action }) => action)).toEqual([
      'namespaces.update',
    ])
    const reason = 'invalid-reference'
    expect(await only({ reason }, (event) => event.reason)).toEqual([reason])
    expect(await only({ namespace: '/acme/other' }, ({ namespace }) => namespace)).toEqual([
      '/acme/other',
    ])
    const [last] = await searchTrail(owner, { limit: '1' })
    const at = String(last?.at)
    expect(await only({ since: at }, ({ at: time }) => time >= at)).toEqual([true])
    expect(await only({ until: at }, ({ at: time }) => time < at)).toEqual([true])
  })

  it('pages without a gap, in the order of the chain', async () => {
    const all: EventAnswer[] = []
    let cursor: string | null = null
    do {
      const path: string = `/audit-events?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`
      const body = (await (await owner.call('GET', path)).json()) as {
        data: EventAnswer[]
        next_cursor: string | null
      }
      all.push(...body.data)
      cursor = body.next_cursor
    } while (cursor !== null)
    const sequences = all.map(({ sequence }) => sequence)
    expect(sequences).toEqual(Array.from(sequences, (_, i) => Number(sequences[0]) - i))
    expect(sequences.at(-1)).toBe(1)
  })

  it.each(['since=now', 'outcome=maybe', 'actor_id=X', 'limit=0'])('refuses %s', async (query) => {
    const answer = await owner.call('GET', `/audit-events?${query}`)
    await expectProblem(answer, 422, 'validation-failed')
  })
})

describe('an export', () => {
  it('is the whole chain in its order, and checked with sha256sum alone', async () => {
    await rename(owner, '/acme/other')
    for (const query of [{}, { limit: '2' }] as Record<string, string>[]) {
      const lines = await exportTrail(owner, query)
      expect(lines.length).toBeGreaterThan(5)
      let previous = '0'.repeat(64)
      for (const [i, line] of lines.entries()) {
        const { hash, ...event } = JSON.parse(line) as EventAnswer
        expect(line.endsWith(`,"hash":"${hash}"}`)).toBe(true)
        expect(sha256(`${line.slice(0, line.lastIndexOf(',"hash":'))}}`)).toBe(hash)
        expect([event.sequence, event.previous_hash]).toEqual([i + 1, previous])
        previous = hash
      }
      expect((await verifyTrail(owner)).head).toEqual({ sequence: lines.length, hash: previous })
    }
  })

  it('goes on from a sequence, and takes filters', async () => {
    const all = await exportTrail(owner)
    expect(await exportTrail(owner, { since_sequence: '4' })).toEqual(all.slice(3))
    const mine = await exportTrail(owner, { actor_id: owner.id })
    expect(mine).toEqual(all.filter((line) => JSON.parse(line).actor.id === owner.id))
  })

  it('is for who may read all of the tenant: not for the owner of a part', async () => {
    for (const verb of ['export', 'verify']) {
      const own = await team.call('GET', `/audit-events:${verb}`)
      await expectProblem(own, 403, 'permission-denied')
      for (const tenant of ['/acme', '/', '/nowhere', 'ns_root', 'ns_0123']) {
        const path = `/audit-events:${verb}?tenant=${encodeURIComponent(tenant)}`
        await expectProblem(await stranger.call('GET', path), 404, 'not-found')
      }
    }
    const { gateway } = house()
    expect(await exportTrail(gateway, { tenant: '/acme' })).toEqual(await exportTrail(owner))
  })
})

describe('AC-392 the trail is only appended to', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])(
    'AC-392 %s is 405, and is an event',
    async (method) => {
      const { gateway } = house()
      const [event] = await searchTrail(owner)
      for (const path of ['', `/${event?.id}`, ':export', ':verify']) {
        for (const token of [owner.token, await gateway.rootToken()]) {
          const body = method === 'DELETE' ? undefined : { reason: 'x' }
          const answer = await gateway.admin(method, `/audit-events${path}`, body, { token })
          expect(answer.headers.get('allow')).toBe('GET')
          await expectProblem(answer, 405, 'method-not-allowed')
        }
      }
      const tried = await searchTrail(owner, { actor_id: owner.id, reason: 'method-not-allowed' })
      expect(tried.filter(({ details }) => details?.method === method)).toHaveLength(4)
      expect(tried[0]).toMatchObject({ action: 'audit-events.change', outcome: 'refused' })
      expect(await (await owner.call('GET', `/audit-events/${event?.id}`)).json()).toEqual(event)
    },
  )
})
