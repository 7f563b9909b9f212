import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { searchTrail } from '../support/audit-trail.ts'
import { decide, expectLeft, makeWatched, type Watched, wider } from '../support/four-eyes.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let watched: Watched
let root: TestActor
beforeAll(async () => {
  watched = await makeWatched(house(), '/watched')
  root = await makeActor(house().gateway, '/', [builtIn('owner', '/')])
})

const leave = async (actor: TestActor, name: string): Promise<Made> =>
  expectLeft(await actor.call('POST', watched.policies, wider(watched.issuer, { name })))

const read = async (actor: TestActor, id: string) => {
  const one = await actor.call('GET', `/pending-changes/${id}`)
  const change = (await one.json()) as Made
  const all = await actor.call('GET', '/pending-changes?namespace=/watched&limit=200')
  const { data } = (await all.json()) as { data: Made[] }
  expect(data.find((each) => each.id === id)).toEqual(change)
  return change
}
const who = ({ id }: TestActor) => ({ type: 'service_account', id })
const platform = { type: 'platform' }

describe('of a root account a tenant learns only that it is one', () => {
  it('where it asks for a change', async () => {
    const { id } = await leave(root, 'by-root')
    expect(await read(watched.second, id)).toMatchObject({ requested_by: platform })
    expect(await read(root, id)).toMatchObject({ requested_by: who(root), decided_by: null })
    const answer = await decide(watched.second, { id } as Made, 'approve')
    const approved = { requested_by: platform, decided_by: who(watched.second) }
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining(approved)])
    const [event] = await searchTrail(watched.third, { action: 'pending-changes.approve' })
    expect(event?.details).toMatchObject({ pending_change_id: id })
    expect(event?.details).not.toHaveProperty('requested_by')
  })

  it('where it is what a tenant’s owner takes back, or rejects itself', async () => {
    const asked = await leave(root, 'for-tenant')
    expect((await decide(watched.second, asked, 'reject')).status).toBe(200)
    const other = await leave(watched.asker, 'for-root')
    const answer = await decide(root, other, 'reject')
    expect(await answer.json()).toMatchObject({ decided_by: who(root) })
    expect(await read(watched.second, other.id)).toMatchObject({
      requested_by: who(watched.asker),
      decided_by: platform,
    })
    const events = await searchTrail(watched.third, { action: 'pending-changes.reject' })
    expect(events).toHaveLength(2)
    expect(JSON.stringify(events)).not.toContain(root.id)
  })

  it('also after it was deleted', async () => {
    const leaving = await makeActor(house().gateway, '/', [builtIn('owner', '/')])
    const { id } = await leave(leaving, 'by-who-leaves')
    expect((await root.call('DELETE', `/service-accounts/${leaving.id}`)).status).toBe(204)
    expect(await read(watched.second, id)).toMatchObject({ requested_by: { type: 'deleted' } })
    expect(await read(root, id)).toMatchObject({ requested_by: who(leaving) })
    const rejected = await decide(watched.second, { id } as Made, 'reject')
    expect(JSON.stringify(await rejected.json())).not.toContain(leaving.id)
    const trail = await searchTrail(watched.third, { target_id: id })
    expect(trail.length).toBeGreaterThan(0)
    expect(JSON.stringify(trail)).not.toContain(leaving.id)
  })
})
