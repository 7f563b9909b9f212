import { expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { sendState } from '../support/state.ts'

const house = useHouse()

const globs = (tail: string) =>
  Array.from({ length: 60 }, (_, i) => ({
    glob: `refs/${'*a'.repeat(7)}${'a'.repeat(200)}${String.fromCharCode(98 + (i % 20))}${i}${tail}`,
  }))

const documentOf = (tail: string, issuer: string) => ({
  format: 1,
  namespace: '/evil',
  service_accounts: Array.from({ length: 4 }, (_, account) => ({
    namespace: '/evil',
    name: `a${account}`,
    trust_policies: Array.from({ length: 20 }, (_, policy) =>
      policyP0(issuer, {
        name: `p${policy}`,
        bound_claims: {
          repository_id: '1',
          repository_owner_id: '2',
          ref: { any_of: globs(tail) },
        },
      }),
    ),
  })),
})

test('the owner of a tenant plans a document whose comparison holds the isolate for seconds', async () => {
  const { gateway, make, BR } = house()
  const { id } = await make.namespace('/evil')
  await make.issuer(gateway.issuers.a.url, '/evil')
  const { token } = await makeActor(gateway, '/evil', [builtIn('owner', '/evil')])
  const send = (tail: string, dryRun: boolean, ifMatch = '') => {
    const document = documentOf(tail, gateway.issuers.a.url)
    return sendState(gateway, id, { document, dryRun, token, ifMatch })
  }
  const planned = await send('', true)
  const made = await send('', false, planned.headers.get('etag') ?? '')
  expect([planned.status, made.status]).toEqual([200, 200])
  const slow = send('z', true)
  const starts = performance.now()
  let longest = 0
  const done = slow.then(() => true)
  // Another tenant's exchanges, one after the other, until the plan is there.
  do {
    const start = performance.now()
    expect((await gateway.token(BR())).status).toBe(200)
    longest = Math.max(longest, performance.now() - start)
  } while (!(await Promise.race([done, Promise.resolve(false)])))
  const plan = await slow
  expect(plan.status).toBe(200)
  // It took ten seconds, in one piece, before comparisons shared what they may cost.
  expect(performance.now() - starts, 'the plan').toBeLessThan(5000)
  expect(longest, 'an exchange meanwhile').toBeLessThan(2000)
  expect(await plan.text()).toContain('perhaps tokens with ref like')
}, 120_000)
