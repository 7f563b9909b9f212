import { beforeAll, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { Clients } from '../support/clients.ts'
import { expectIssued } from '../support/expect.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { WAYS_IN } from '../support/tenant-doors.ts'

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

it.each(WAYS_IN)(
  'I14 an account that is switched off is refused with $name, at once',
  async (way) => {
    const visits = [house().gateway, beside].map((gateway) => ({ ...house(), gateway, tenant }))
    const path = `/service-accounts/${tenant.account.id}`
    for (const visit of visits) await expectIssued(await way.enter(visit))
    await change(path, { enabled: false })
    for (const visit of visits) await way.refused(await way.enter(visit))
    await change(path, { enabled: true })
    for (const visit of visits) await expectIssued(await way.enter(visit))
  },
)
