import { expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'

const house = useHouse({ preset: 'github-actions' })

// A repository writes its own subject template, so any organisation can have these subjects.
test.each([
  ['a subject of a visibility', { sub: 'repository_visibility:private:ref:refs/heads/main' }],
  ['a subject of an event', { sub: 'event_name:push:ref:refs/heads/main' }],
  ['no enterprise at all', { enterprise: '', ref: 'refs/heads/main' }],
  ['no enterprise id at all', { enterprise_id: '', ref: 'refs/heads/main' }],
])('names that are nobody’s pass for an identity: %s', async (name, bound_claims) => {
  const { gateway, deployer } = house()
  const policy = policyP0(gateway.issuers.a.url, {
    name,
    bound_claims,
    acknowledge: ['mutable_identity'],
  })
  const path = `/service-accounts/${deployer.id}/trust-policies`
  await expectProblem(await gateway.admin('POST', path, policy), 422, 'policy-too-broad')
})

test('a stranger with such a subject gets a token', async () => {
  const { gateway, account, BT, BR } = house()
  const sub = 'event_name:push:ref:refs/heads/main'
  const acknowledge = ['mutable_identity']
  const made = await account('trusts-all', { policies: [] })
  const policy = policyP0(gateway.issuers.a.url, { bound_claims: { sub }, acknowledge })
  await gateway.admin('POST', `/service-accounts/${made.id}/trust-policies`, policy)
  const stranger = BT({
    sub,
    repository: 'evil/evil',
    repository_id: '666',
    repository_owner: 'evil',
    repository_owner_id: '667',
  })
  const answer = await gateway.token(BR({ client_id: made.client_id, subject_token: stranger }))
  expect(await answer.text()).not.toContain('access_token')
})
