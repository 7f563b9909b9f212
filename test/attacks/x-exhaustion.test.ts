import { describe, expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { settings } from '../support/settings.ts'

const house = useHouse()

describe('a viewer asks the dry run about a policy that nothing would save', () => {
  test('and one call holds the isolate for seconds', async () => {
    const { gateway } = house()
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    const globs = Array.from({ length: 64 }, () => ({ glob: 'a*a*a*a*a*a*a*a*' }))
    const anyOf = Array.from({ length: 14 }, () => ({ any_of: globs }))
    const question = {
      policy: {
        name: 'x',
        issuer: gateway.issuers.a.url,
        audience: settings.issuerUrl,
        bound_claims: { x: { any_of: anyOf } },
      },
      claims: { x: `${'a'.repeat(30_000)}:` },
    }
    expect(JSON.stringify(question).length).toBeLessThan(65_536)
    const start = performance.now()
    const answer = await viewer.call('POST', '/policy-evaluations', question)
    const ms = performance.now() - start
    expect([200, 422]).toContain(answer.status)
    expect(ms, 'one call').toBeLessThan(300)
  })
})

test('one token of a stranger holds the isolate for seconds, where a tenant has saved many globs', async () => {
  const { gateway, account, BT, BR } = house()
  const anyOf = Array.from({ length: 64 }, (_, i) => ({ glob: `a*a*a*a*a*a*a*a*${i}` }))
  const policies = Array.from({ length: 20 }, (_, i) => ({
    name: `p${i}`,
    issuer: gateway.issuers.a.url,
    audience: settings.issuerUrl,
    bound_claims: { x: { any_of: anyOf }, y: { any_of: anyOf } },
  }))
  const globs = await account('globs', { policies: policies.slice(0, 10) })
  for (const policy of policies.slice(10)) {
    const path = `/service-accounts/${globs.id}/trust-policies`
    await gateway.admin('POST', path, policy)
  }
  const long = 'a'.repeat(5000)
  const form = BR({ client_id: globs.client_id, subject_token: BT({ x: long, y: long }) })
  const start = performance.now()
  const answer = await gateway.token(form)
  const ms = performance.now() - start
  expect(answer.status).toBe(400)
  expect(ms, 'one exchange').toBeLessThan(300)
})
