import { describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { text } from '../support/gateway-bindings.ts'

const quota = 20
const house = useHouse({ env: { CHANGES_PER_MINUTE: text(String(quota)) } })

const one = async (sql: string, args: string[] = []): Promise<number> =>
  Number((await house().gateway.db.execute({ sql, args })).rows[0]?.n)

const eventsOf = ({ id }: TestActor): Promise<number> =>
  one('SELECT count(*) AS n FROM audit_events WHERE actor_id = ?', [id])

const statusesOf = (answers: readonly Response[]): Record<number, number> => {
  const statuses: Record<number, number> = {}
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  return statuses
}

/** As many successes as there may be; the others come too late, or a busy machine says 503. */
const expectAtMost = (success: number, answers: readonly Response[]): void => {
  const { [success]: made, 429: over, 503: busy = 0, ...others } = statusesOf(answers)
  expect([made, others]).toEqual([quota, {}])
  expect(Number(over) + busy).toBe(answers.length - quota)
}

const makeOwner = () => makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])

describe('what a minute may have', () => {
  it('holds for changes that are sent at once: counted in their own transaction', async () => {
    const { make } = house()
    const { id } = await make.namespace('/acme/burst')
    const owner = await makeOwner()
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, i) =>
        owner.call('PATCH', `/namespaces/${id}`, { display_name: `d${i}` }),
      ),
    )
    expectAtMost(200, answers)
    expect(await eventsOf(owner)).toBe(quota)
    const over = answers.find(({ status }) => status === 429) as Response
    expect(over.headers.get('ratelimit')).toContain('r=0')
    expect(over.headers.get('retry-after')).toBe('60')
    await expectProblem(over, 429, 'too-many-requests')
  })

  it('frees the key of a creation that came too late', async () => {
    const owner = await makeOwner()
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        house().gateway.admin(
          'POST',
          '/groups',
          { namespace: '/acme', name: `g${i}` },
          { token: owner.token, headers: { 'idempotency-key': `late-${i}` } },
        ),
      ),
    )
    expectAtMost(201, answers)
    const sql = 'SELECT count(*) AS n FROM idempotency_keys WHERE location IS NULL'
    await expect.poll(() => one(sql)).toBe(0)
  })

  it('stops refused registrations before they fetch', async () => {
    const { gateway } = house()
    const owner = await makeOwner()
    const issuer = await gateway.issuers.add('https://victim.test')
    const body = (i: number) => ({
      namespace: '/acme',
      issuer: 'https://victim.test',
      jwks_uri: `https://victim.test/none-${i}`,
      algorithms: ['RS256'],
    })
    const before = issuer.hits()
    const answers: Response[] = []
    for (let i = 0; i < 20; i++) answers.push(await owner.call('POST', '/issuers', body(i)))
    expect(statusesOf(answers)).toEqual({ 422: quota / 10, 429: 20 - quota / 10 })
    expect(issuer.hits() - before).toBeLessThanOrEqual(2 * (quota / 10))
  })

  it('stops refused creations before they claim a key', async () => {
    const { gateway } = house()
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    await gateway.db.execute('CREATE TABLE claimed (n INTEGER)')
    await gateway.db.execute(
      'CREATE TRIGGER claimed_key AFTER INSERT ON idempotency_keys BEGIN INSERT INTO claimed VALUES (1); END',
    )
    const answers: Response[] = []
    for (let i = 0; i < 20; i++) {
      const headers = { 'idempotency-key': `refused-${i}` }
      const body = { path: '/acme/x' }
      answers.push(
        await gateway.admin('POST', '/namespaces', body, { token: viewer.token, headers }),
      )
    }
    await gateway.db.execute('DROP TRIGGER claimed_key')
    expect(statusesOf(answers)).toEqual({ 403: quota / 10, 429: 20 - quota / 10 })
    expect(await one('SELECT count(*) AS n FROM claimed')).toBe(quota / 10)
  })

  it('holds for dry runs and evaluations, which leave no event', async () => {
    const { gateway, make } = house()
    const { id } = await make.create<{ id: string }>('/service-accounts', {
      namespace: '/acme',
      name: 'tried',
    })
    const deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
    const policy = policyP0(gateway.issuers.a.url, { name: 'p' })
    const answers: Response[] = []
    for (let i = 0; i < quota + 5; i++) {
      const path = `/service-accounts/${id}/trust-policies?dry_run=true`
      answers.push(await deployer.call('POST', path, policy))
    }
    expect(statusesOf(answers)).toEqual({ 200: quota, 429: 5 })
    const evaluated = await deployer.call('POST', '/policy-evaluations', { policy, claims: {} })
    await expectProblem(evaluated, 429, 'too-many-requests')
    expect(await eventsOf(deployer)).toBe(0)
    const made = await deployer.call('POST', `/service-accounts/${id}/trust-policies`, policy)
    expect(made.status).toBe(201)
  })
})
