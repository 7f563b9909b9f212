import { describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

const reject = async (actor: TestActor) => {
  const answer = await actor.call('GET', '/pending-changes?state=pending&limit=200')
  const { data } = (await answer.json()) as { data: Made[] }
  for (const { id } of data) await actor.call('POST', `/pending-changes/${id}:reject`)
}

describe('a demand for a second owner', () => {
  it('is not lifted by who sent that before it was set, sixty times at once', async () => {
    const { gateway, make } = house()
    const place = await make.namespace('/lifted')
    const path = `/namespaces/${place.id}`
    const rogue = await makeActor(gateway, '/lifted', [builtIn('owner', '/lifted')])
    const other = await makeActor(gateway, '/lifted', [builtIn('owner', '/lifted')])
    const off = () => rogue.call('PATCH', path, { widening_needs_approval: false })
    let met = 0
    for (let round = 0; round < 3; round++) {
      const before = Array.from({ length: 30 }, off)
      const on = other.call('PATCH', path, { widening_needs_approval: true })
      const after = Array.from({ length: 30 }, off)
      const answers = await Promise.all([on, ...before, ...after])
      const statuses = answers.slice(1).map(({ status }) => status)
      // 412 and 202 are who came after it, 200 who came before; 409 is the 21st that would wait.
      expect([200, 202, 409, 412, 503]).toEqual(expect.arrayContaining([...new Set(statuses)]))
      const now = (await (await other.call('GET', path)).json()) as Made
      expect([200, 412, 503]).toContain(answers[0]?.status)
      if (answers[0]?.status === 200) {
        met++
        expect(now.widening_needs_approval).toBe(true)
      }
      await gateway.admin('PATCH', path, { widening_needs_approval: false })
      await reject(other)
    }
    expect(met).toBeGreaterThan(0)
  })

  it('is not passed by accounts that come with policies, fifty at once', async () => {
    const { gateway, make } = house()
    const place = await make.namespace('/racer')
    await make.issuer(gateway.issuers.a.url, '/racer')
    const owner = await makeActor(gateway, '/racer', [builtIn('owner', '/racer')])
    const policies = [policyP0(gateway.issuers.a.url)]
    const made = Array.from({ length: 50 }, (_, i) =>
      owner.call('POST', '/service-accounts', {
        namespace: '/racer',
        name: `a${i}`,
        trust_policies: policies,
      }),
    )
    const demand = { widening_needs_approval: true }
    const on = await owner.call('PATCH', `/namespaces/${place.id}`, demand)
    expect(on.status).toBe(200)
    const answers = await Promise.all(made)
    const statuses = answers.map(({ status }) => status)
    expect([201, 409, 503]).toEqual(expect.arrayContaining([...new Set(statuses)]))
    const { rows } = await gateway.db.execute({
      sql: `SELECT action FROM audit_events WHERE tenant_id = ? AND outcome = 'done' ORDER BY sequence`,
      args: [place.id],
    })
    const actions = rows.map(({ action }) => action)
    const at = actions.indexOf('namespaces.update')
    expect(at).toBeGreaterThan(0)
    expect(actions.slice(at + 1)).not.toContain('service-accounts.create')
  })
})
