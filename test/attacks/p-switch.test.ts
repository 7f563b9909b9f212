import { beforeAll, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { Clients } from '../support/clients.ts'
import { expectIssued } from '../support/expect.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { waysIn } from '../support/ways-in.ts'

const house = useHouse()

let tenant: Tenant
/** Another isolate, on the same database. */
let beside: Clients

beforeAll(async () => {
  tenant = await makeTenant(house(), '/initech')
  beside = await house().gateway.beside()
})

const change = async (path: string, changes: unknown) => {
  const { status } = await house().gateway.admin('PATCH', path, changes)
  expect(status).toBe(200)
}

it('I14 an account that is switched off is refused by every way in, at once', async () => {
  const { gateway } = house()
  const path = `/service-accounts/${tenant.account.id}`
  for (const way of waysIn(gateway.issuers.a, tenant)) {
    for (const location of [gateway, beside]) await expectIssued(await way.go(location))
    await change(path, { enabled: false })
    for (const location of [gateway, beside]) await way.refused(await way.go(location))
    await change(path, { enabled: true })
    for (const location of [gateway, beside]) await expectIssued(await way.go(location))
  }
})
