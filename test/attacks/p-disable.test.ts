import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import type { Clients } from '../support/clients.ts'
import { INACTIVE, introspection, makeIntrospector } from '../support/endings.ts'
import { expectIssued } from '../support/expect.ts'
import { flood } from '../support/flood.ts'
import type { Claims } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'
import { HONEST, turn } from '../support/switches.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { type WayIn, waysIn } from '../support/ways-in.ts'

// A secret of a disabled account counts as a wrong one: no limiter, or it would answer instead.
const house = useHouse({ entry: 'test', env: { FAILED_AUTH: null } })

let tenant: Tenant
let ways: readonly WayIn[]
let api: SecretAccount
/** Another location: its own isolate, memory and edge, on the same database. */
let there: Clients

beforeAll(async () => {
  const { gateway } = house()
  tenant = await makeTenant(house(), '/initech')
  ways = waysIn(gateway.issuers.a, tenant)
  api = await makeIntrospector(house(), 'initech-api', '/initech')
  there = await gateway.beside()
})

async function patch(path: string, changes: Claims): Promise<void> {
  const { gateway } = house()
  const ifMatch = (await gateway.admin('GET', path)).headers.get('etag') ?? undefined
  const response = await gateway.admin('PATCH', path, changes, { ...(ifMatch && { ifMatch }) })
  expect([response.status, await response.text()]).toEqual([200, expect.anything()])
}

const accountPath = () => `/service-accounts/${tenant.account.id}`
const enable = (path: string, enabled: boolean) => patch(path, { enabled })

/** Both locations know the account well before anything changes. */
async function warm(): Promise<void> {
  for (const location of [house().gateway, there]) {
    for (const way of ways) await expectIssued(await way.go(location))
  }
}

const policyPath = () => `${accountPath()}/trust-policies/${tenant.objects.policy.id}`
const issuerPath = () => `/issuers/${tenant.objects.issuer.id}`

/** What is switched off, and who depends on it. */
interface Switch {
  readonly path: () => string
  readonly stops: (way: WayIn) => boolean
}

const account: Switch = { path: accountPath, stops: () => true }
const issuer: Switch = { path: issuerPath, stops: (way) => way.federated }
const policy: Switch = { path: policyPath, stops: (way) => way.federated }

/** Switches something off, and on again: who depends on it is stopped meanwhile, and nobody else. */
async function obeyedAtOnce({ path, stops }: Switch): Promise<void> {
  const locations = [house().gateway, there]
  await warm()
  await enable(path(), false)
  for (const location of locations) {
    for (const way of ways) {
      const response = await way.go(location)
      if (stops(way)) await way.refused(response)
      else await expectIssued(response)
    }
  }
  await enable(path(), true)
  for (const location of locations) {
    for (const way of ways) await expectIssued(await way.go(location))
  }
}

/** The same from far away, a minute later. */
async function obeyedLater({ path, stops }: Switch): Promise<void> {
  await warm()
  await enable(path(), false)
  await turn(there, { clockOffsetMs: 60_000 })
  for (const way of ways.filter(stops)) await way.refused(await way.go(there, 60))
  await turn(there, HONEST)
  await enable(path(), true)
}

describe('stopped at once, here and there', () => {
  it('AC-331 a disabled account gets in by no way', () => obeyedAtOnce(account))

  it('AC-331 nor does it from far away, a minute later', () => obeyedLater(account))

  it('AC-332 a disabled issuer opens no way', () => obeyedAtOnce(issuer))

  it('AC-332 nor does it far away, a minute later', () => obeyedLater(issuer))

  it('a disabled policy opens no way', () => obeyedAtOnce(policy))

  it('nor does it far away, a minute later', () => obeyedLater(policy))

  it('AC-338 a location that has just looked is asked to look again', async () => {
    for (const way of ways) {
      await expectIssued(await way.go(there))
      await enable(accountPath(), false)
      await way.refused(await way.go(there))
      await enable(accountPath(), true)
      await expectIssued(await way.go(there))
    }
  })
})

describe('AC-336 mints that race a disable', () => {
  const STREAMS = 50

  it.each(['here', 'there'])(
    'AC-336 none succeeds %s after the disable has answered',
    async (at) => {
      await warm()
      const location = at === 'here' ? house().gateway : there
      let disabled = false
      let asked = 0
      const issued: string[] = []
      const late: number[] = []
      const keepAsking = async (way: WayIn): Promise<void> => {
        for (let last = false; !last; asked++) {
          // What is sent once the disable has answered is late, and its answer is the last one.
          last = disabled
          const response = await way.go(location)
          const { access_token } = (await response.json()) as { access_token?: string }
          if (last) late.push(response.status)
          else if (access_token !== undefined) issued.push(access_token)
        }
      }
      const asking = Array.from({ length: STREAMS }, (_, i) =>
        keepAsking(ways[i % ways.length] as WayIn),
      )
      await vi.waitFor(() => expect(asked).toBeGreaterThan(150), { timeout: 20_000, interval: 10 })
      await enable(accountPath(), false).finally(() => {
        disabled = true
      })
      await Promise.all(asking)
      expect(asked).toBeGreaterThanOrEqual(200)
      expect(late).toHaveLength(STREAMS)
      // A secret of a disabled account counts as a wrong one, and those are limited.
      expect(late.filter((status) => ![400, 401, 429].includes(status))).toEqual([])
      expect(issued.length).toBeGreaterThan(0)
      const { gateway } = house()
      await enable(accountPath(), true)
      const ask = (i: number) => introspection(gateway, api, String(issued[i]))
      const answers = await flood(issued.length, ask, 10)
      expect(answers.filter(({ active }) => active !== false)).toEqual([])
    },
  )
})

describe('AC-337 what is taken away', () => {
  it('AC-337 is in no later token, here or there', async () => {
    const { gateway, make } = house()
    const { server, role } = tenant.objects
    const writer = await make.role('/initech', 'extra', {
      ...server,
      permissions: ['deploy:write'],
    })
    await patch(`/roles/${role.id}`, { permissions: ['deploy:read'] })
    const binding = await make.create<Made>('/role-bindings', {
      role_id: writer.id,
      namespace: '/initech',
      principal: { type: 'service_account', id: tenant.account.id },
    })
    const scopes = async (seconds: number) => {
      const found = new Set<string>()
      for (const location of [gateway, there]) {
        for (const way of ways)
          found.add((await expectIssued(await way.go(location, seconds))).scope)
      }
      return [...found]
    }
    expect(await scopes(0)).toEqual(['deploy:read deploy:write'])
    const path = `/role-bindings/${binding.id}`
    const gone = await gateway.admin('DELETE', path, undefined, { ifMatch: '"1"' })
    expect(gone.status).toBe(204)
    expect(await scopes(0)).toEqual(['deploy:read'])
    for (const location of [gateway, there]) await turn(location, { clockOffsetMs: 60_000 })
    expect(await scopes(60)).toEqual(['deploy:read'])
    for (const location of [gateway, there]) await turn(location, HONEST)
  })
})

describe('AC-342 what comes back', () => {
  it('AC-342 with an account: its policies, and nothing that was ended', async () => {
    const { gateway } = house()
    const umbrella = await makeTenant(house(), '/umbrella')
    const asker = await makeIntrospector(house(), 'umbrella-api', '/umbrella')
    const path = `/service-accounts/${umbrella.account.id}`
    const entries = waysIn(gateway.issuers.a, umbrella)
    const [exchange, , , secret] = entries as [WayIn, WayIn, WayIn, WayIn]
    const { access_token: old } = await expectIssued(await exchange.go(gateway))
    expect(await introspection(gateway, asker, old)).toMatchObject({ active: true })
    const reset = await gateway.admin('POST', `${path}/secrets:reset`, {})
    expect(reset.status).toBe(201)
    await enable(path, false)
    expect(await introspection(gateway, asker, old)).toEqual(INACTIVE)
    await enable(path, true)
    for (const location of [gateway, there]) {
      await expectIssued(await exchange.go(location))
      await secret.refused(await secret.go(location))
    }
    expect(await introspection(gateway, asker, old)).toEqual(INACTIVE)
    // A mark has whole seconds: what is issued in the same one is as dead as what came before.
    await turn(gateway, { clockOffsetMs: 2000 })
    const { access_token: fresh } = await expectIssued(await exchange.go(gateway, 2))
    expect(decodeJwt(fresh).iat).toBeGreaterThan(Number(decodeJwt(old).iat))
    expect(await introspection(gateway, asker, fresh)).toMatchObject({ active: true })
    expect(await introspection(gateway, asker, old)).toEqual(INACTIVE)
    await turn(gateway, HONEST)
  })
})
