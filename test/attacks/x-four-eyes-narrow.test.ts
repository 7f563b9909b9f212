import { expect, it } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { expectLeft } from '../support/four-eyes.ts'

const house = useHouse()

it('a policy that accepts less leaves its tokens to a laxer one, and so waits', async () => {
  const { gateway, make } = house()
  const place = await make.namespace('/narrow')
  const { url } = gateway.issuers.a
  await make.issuer(url, '/narrow')
  const robot = await make.create('/service-accounts', { namespace: '/narrow', name: 'robot' })
  const policies = `/service-accounts/${robot.id}/trust-policies`
  const strict = { name: 'strict', replay: 'single_use', max_token_ttl_seconds: 120 }
  const first = await make.create(policies, policyP0(url, strict))
  const last = await make.create(policies, policyP0(url, { name: 'lax', replay: 'reusable' }))
  const owner = await makeActor(gateway, '/narrow', [builtIn('owner', '/narrow')])
  const demand = { widening_needs_approval: true }
  expect((await owner.call('PATCH', `/namespaces/${place.id}`, demand)).status).toBe(200)
  const path = `${policies}/${first.id}`
  const claims = policyP0(url).bound_claims as object
  for (const less of [
    { enabled: false },
    { expires_at: new Date(Date.now() + 600_000).toISOString() },
    { bound_claims: { ...claims, environment: 'production' } },
  ]) {
    const change = await expectLeft(await owner.call('PATCH', path, less, '"1"'))
    expect(change.accepts_now).toEqual([
      expect.stringMatching(/policy "lax".*reusable/),
      expect.stringMatching(/policy "lax".*not 120 seconds/),
    ])
  }
  await expectProblem(await owner.call('DELETE', path, undefined, '"1"'), 409, 'approval-required')
  // One that gives less itself still decides, and the last leaves its tokens to nobody.
  const shorter = await owner.call('PATCH', path, { max_token_ttl_seconds: 60 }, '"1"')
  expect(shorter.status).toBe(200)
  const gone = await owner.call('DELETE', `${policies}/${last.id}`, undefined, '"1"')
  expect(gone.status).toBe(204)
  expect((await owner.call('DELETE', path, undefined, '"2"')).status).toBe(204)
})
