import { expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectIssued } from '../support/expect.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

test('changes in a tenant that a root account reaches into cost other tenants nothing', async () => {
  const { gateway, account, BR } = house()
  await makeActor(gateway, '/', [builtIn('viewer', '/globex')])
  const owner = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
  const made = await owner.call('POST', '/service-accounts', { namespace: '/globex', name: 'busy' })
  const { id } = (await made.json()) as Made
  const policies = [policyP0(gateway.issuers.a.url, { replay: 'reusable' })]
  const { client_id } = await account('calm', { policies })
  const exchange = () => gateway.token({ ...BR(), client_id })
  await expectIssued(await exchange())

  const change = (description: string) =>
    owner.call('PATCH', `/service-accounts/${id}`, { description })
  // What is remembered still stands after each change: a claim that fails would read again.
  for (let i = 0; i < 10; i += 1) {
    expect((await change(`description ${i}`)).status).toBe(200)
    const before = gateway.hrana.requests()
    await expectIssued(await exchange())
    expect(gateway.hrana.requests() - before).toBe(1)
  }

  const [changes, exchanges] = await Promise.all([
    Promise.all(Array.from({ length: 50 }, (_, i) => change(`at once ${i}`))),
    Promise.all(Array.from({ length: 50 }, exchange)),
  ])
  for (const { status } of changes) expect(status).toBe(200)
  for (const response of exchanges) await expectIssued(response)
})
