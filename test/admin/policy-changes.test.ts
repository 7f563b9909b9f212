import { describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let robots = 0
const makeRobot = async () => {
  robots += 1
  const { make } = house()
  const robot = await make.create('/service-accounts', { namespace: '/acme', name: `r-${robots}` })
  return `/service-accounts/${robot.id}/trust-policies`
}
const policy = (ref: unknown) =>
  policyP0(house().gateway.issuers.a.url, {
    bound_claims: { repository_id: '1001', repository_owner_id: '501', ref },
  })
const events = async () => {
  const { rows } = await house().gateway.db.execute('SELECT count(*) AS n FROM audit_events')
  return Number(rows[0]?.n)
}

describe('what saving a policy says', () => {
  it('in words, what is accepted now and what no longer', async () => {
    const { gateway, make } = house()
    const path = await makeRobot()
    const created = await make.create(path, policy('refs/heads/main'))
    expect(created.changes).toEqual({
      accepts_now: [expect.stringContaining('ref "refs/heads/main"')],
      accepts_no_longer: [],
    })
    const ref = { any_of: ['refs/heads/next', { glob: 'refs/tags/v*' }] }
    const ifMatch = '"1"'
    const item = `${path}/${created.id}`
    const answer = await gateway.admin('PUT', item, policy(ref), { ifMatch })
    const { changes } = (await answer.json()) as Made
    expect(changes).toEqual({
      accepts_now: [
        'tokens with ref "refs/heads/next"',
        'tokens with ref like refs/tags/v*, for example "refs/tags/v1"',
      ],
      accepts_no_longer: ['tokens with ref "refs/heads/main"'],
    })
    const { rows } = await gateway.db.execute({
      sql: 'SELECT content FROM audit_events WHERE target_id = ? ORDER BY sequence DESC LIMIT 1',
      args: [created.id],
    })
    const { details } = JSON.parse(String(rows[0]?.content)) as { details: Made }
    expect(details.changes).toEqual(changes)
    // What was answered can be sent back, and a read does not carry it.
    const read = (await (await gateway.admin('GET', item)).json()) as Made
    expect(read).not.toHaveProperty('changes')
    const echoed = await gateway.admin('PUT', item, { ...read, changes }, { ifMatch: '"2"' })
    expect(((await echoed.json()) as Made).changes).toEqual({
      accepts_now: [],
      accepts_no_longer: [],
    })
  })

  it('names what comes beside claims: reuse, life, scope, end, enabled', async () => {
    const { gateway, make } = house()
    const path = await makeRobot()
    const limits = { max_token_ttl_seconds: 300, scope: ['deploy:read'], replay: 'single_use' }
    const created = await make.create(path, { ...policy('a'), ...limits })
    const change = { max_token_ttl_seconds: null, scope: null, replay: 'reusable' }
    const item = `${path}/${created.id}`
    const answer = await gateway.admin('PATCH', item, change, { ifMatch: '"1"' })
    const { changes } = (await answer.json()) as Made
    expect(changes).toMatchObject({
      accepts_now: [/reusable/, /lives up to/, /every scope/].map((words) =>
        expect.stringMatching(words),
      ),
    })
    const off = await gateway.admin('PATCH', item, { enabled: false }, { ifMatch: '"2"' })
    expect(((await off.json()) as Made).changes).toMatchObject({
      accepts_no_longer: [expect.stringMatching(/^tokens of /)],
    })
  })

  it('in a dry run, without saving and without an event', async () => {
    const { gateway, make } = house()
    const path = await makeRobot()
    const created = await make.create(path, policy('refs/heads/main'))
    const before = await events()
    for (const [method, at, ifMatch] of [
      ['POST', path, undefined],
      ['PUT', `${path}/${created.id}`, '"1"'],
      ['PATCH', `${path}/${created.id}`, '"1"'],
    ] as const) {
      const body = policy('refs/heads/next')
      const options = ifMatch === undefined ? {} : { ifMatch }
      const answer = await gateway.admin(method, `${at}?dry_run=true`, body, options)
      expect([answer.status, await answer.json()]).toEqual([
        200,
        {
          dry_run: true,
          needs_approval: false,
          changes: {
            accepts_now: [expect.stringContaining('refs/heads/next')],
            accepts_no_longer: method === 'POST' ? [] : ['tokens with ref "refs/heads/main"'],
          },
          warnings: expect.any(Array),
        },
      ])
    }
    expect(await events()).toBe(before)
    const { data } = (await (await gateway.admin('GET', path)).json()) as { data: Made[] }
    expect(data).toEqual([expect.objectContaining({ id: created.id, version: 1 })])
  })

  it('is judged in a dry run as it would be when saved', async () => {
    const { gateway, make } = house()
    const path = await makeRobot()
    const created = await make.create(path, policy('a'))
    const bad = policy({ glob: '***' })
    const tried = await gateway.admin('POST', `${path}?dry_run=true`, bad)
    await expectProblem(tried, 422, 'unsafe-wildcard')
    const stale = await gateway.admin(
      'PATCH',
      `${path}/${created.id}?dry_run=true`,
      {},
      { ifMatch: '"9"' },
    )
    await expectProblem(stale, 412, 'precondition-failed')
    const odd = await gateway.admin('POST', `${path}?dry_run=yes`, policy('b'))
    await expectProblem(odd, 422, 'validation-failed')
  })
})
