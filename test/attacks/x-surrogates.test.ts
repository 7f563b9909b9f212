import { expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'

const house = useHouse()

// UTF-8 has no form for half a surrogate pair: what would be kept is not what was judged and answered.
const half = '\ud800'

const bodies: readonly [string, string, Record<string, unknown>][] = [
  ['a display name', '/service-accounts', { name: 'odd', display_name: `a${half}b` }],
  ['a path', '/namespaces', { path: `/acme/${half}`, kind: 'project' }],
  [
    'a target of notices',
    '/notification-subscriptions',
    { channel: 'webhook', target: `https://hooks.acme.example/${half}` },
  ],
  ['what is revoked', '/revocations', { by: 'repository', value: `acme/${half}` }],
  ['a name of a member', '/service-accounts', { name: 'odd', [half]: 1 }],
]

test.each(bodies)('half a surrogate pair in %s is refused', async (_, path, body) => {
  const sent = path === '/namespaces' ? body : { namespace: '/acme', ...body }
  const response = await house().gateway.admin('POST', path, sent)
  await expectProblem(response, 400, 'malformed-body')
})

test('half a surrogate pair in a policy is refused, a whole one is not', async () => {
  const { gateway, deployer } = house()
  const path = `/service-accounts/${deployer.id}/trust-policies`
  const post = (ref: string) =>
    gateway.admin(
      'POST',
      path,
      policyP0(gateway.issuers.a.url, { name: 'odd', bound_claims: { ref } }),
    )
  await expectProblem(await post(`refs/heads/${half}`), 400, 'malformed-body')
  expect((await post('refs/heads/\u{1f600}')).status).toBe(201)
})
