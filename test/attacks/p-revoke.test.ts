import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { type EdgeApi, startEdgeApi } from '../support/edge-api.ts'
import { INACTIVE, introspection, makeIntrospector } from '../support/endings.ts'
import { expectIssued } from '../support/expect.ts'
import { flood } from '../support/flood.ts'
import type { Claims } from '../support/issuer.ts'
import { HONEST, turn } from '../support/switches.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { type WayIn, waysIn } from '../support/ways-in.ts'

const house = useHouse({ entry: 'test' })

let count = 0
let tenant: Tenant
let ways: readonly WayIn[]
let api: SecretAccount
let edge: EdgeApi
/** Seconds by which gateway and API are ahead of the machine. */
let ahead = 0

const goOn = async (seconds: number): Promise<void> => {
  ahead += seconds
  await turn(house().gateway, { clockOffsetMs: ahead * 1000 })
}

beforeEach(async () => {
  const { gateway } = house()
  count += 1
  tenant = await makeTenant(house(), `/tenant-${count}`)
  ways = waysIn(gateway.issuers.a, tenant)
  api = await makeIntrospector(house(), `api-${count}`, tenant.path)
  const audience = String(tenant.objects.server.identifier)
  edge = await startEdgeApi(gateway, audience, () => Date.now() + ahead * 1000)
  await edge.poll()
})

afterEach(async () => {
  ahead = 0
  await turn(house().gateway, HONEST)
})

const mint = async (way: WayIn): Promise<string> =>
  (await expectIssued(await way.go(house().gateway, ahead))).access_token

/** One living token by each way in, known to be good. */
async function mintAll(): Promise<readonly string[]> {
  const tokens: string[] = []
  for (const way of ways) tokens.push(await mint(way))
  for (const token of tokens) expect((await edge.call(token)).status).toBe(200)
  return tokens
}

async function revoke(by: string, value: string, namespace = tenant.path): Promise<unknown> {
  const response = await house().gateway.admin('POST', '/revocations', { namespace, by, value })
  const answer = (await response.json()) as Claims
  expect([response.status, answer]).toEqual([200, expect.anything()])
  return answer.revoked
}

const isActive = async (token: string): Promise<unknown> =>
  (await introspection(house().gateway, api, token)).active

/** Dead for who asks, and a minute later for who polls. */
async function expectDead(tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    expect(await introspection(house().gateway, api, token)).toEqual(INACTIVE)
  }
  await goOn(30)
  await edge.poll()
  await goOn(30)
  await edge.poll()
  for (const token of tokens) {
    const response = await edge.call(token)
    expect([response.status, await response.json()]).toEqual([401, { error: 'revoked' }])
  }
}

describe('AC-341 all tokens of an account', () => {
  it('AC-341 are refused by an API that polls the feed, within a minute', async () => {
    const tokens = await mintAll()
    expect(await revoke('account', tenant.account.id)).toBe(tokens.length)
    await expectDead(tokens)
  })

  it('AC-341 and those that come after are not', async () => {
    const old = await mintAll()
    await revoke('account', tenant.account.id)
    await goOn(2)
    const fresh = await mintAll()
    await edge.poll()
    for (const token of fresh) {
      expect((await edge.call(token)).status).toBe(200)
      expect(await isActive(token)).toBe(true)
    }
    await expectDead(old)
  })

  it('AC-341 by policy, issuer or token: those, and no others', async () => {
    const { gateway } = house()
    for (const [by, value] of [
      ['policy', tenant.objects.policy.id],
      ['issuer', gateway.issuers.a.url],
    ] as const) {
      await goOn(2)
      const tokens = await mintAll()
      const federated = tokens.filter((_, i) => ways[i]?.federated)
      expect(await revoke(by, value)).toBe(federated.length)
      await expectDead(federated)
      for (const token of tokens) expect(await isActive(token)).toBe(!federated.includes(token))
    }
    const [one = '', ...others] = await mintAll()
    expect(await revoke('token', String(decodeJwt(one).jti))).toBe(1)
    await expectDead([one])
    for (const token of others) expect((await edge.call(token)).status).toBe(200)
  })

  it('AC-341 an API without a fresh feed lets nobody in', async () => {
    const audience = String(tenant.objects.server.identifier)
    const blind = await startEdgeApi(house().gateway, audience)
    expect(await (await blind.call(await mint(ways[3] as WayIn))).json()).toEqual({
      error: 'no_feed',
    })
    await goOn(300)
    const token = await mint(ways[3] as WayIn)
    expect((await edge.call(token)).status).toBe(200)
    await goOn(301)
    expect(await (await edge.call(token)).json()).toEqual({ error: 'no_feed' })
    expect(await edge.poll()).toBe(200)
    expect((await edge.call(token)).status).toBe(200)
  })
})

interface Ending {
  readonly name: string
  end(): Promise<Response>
  /** Undoes it, where it can be undone. */
  readonly back?: () => Promise<Response>
}

const accountPath = () => `/service-accounts/${tenant.account.id}`
const call = (method: string, path: string, body?: Claims) =>
  house().gateway.admin(method, path, body)
const enable = (path: string, enabled: boolean) => call('PATCH', path, { enabled })
const namespacePath = () => `/namespaces/${tenant.objects.namespace.id}`

const endings: readonly Ending[] = [
  {
    name: 'disabled',
    end: () => enable(accountPath(), false),
    back: () => enable(accountPath(), true),
  },
  { name: 'deleted', end: () => call('DELETE', accountPath()) },
  {
    name: 'suspended with its tenant',
    end: () => enable(namespacePath(), false),
    back: () => enable(namespacePath(), true),
  },
  { name: 'deleted with its tenant', end: () => call('DELETE', namespacePath()) },
]

describe('AC-343 an account that stops', () => {
  it.each(endings)(
    'AC-343 $name: its tokens are inactive at once, and stay so',
    async ({ end, back }) => {
      const { gateway } = house()
      const root = gateway.root
      const tokens = await mintAll()
      const { token: named } = tenant.token
      for (const token of [...tokens, named]) {
        expect(await introspection(gateway, root, token)).toMatchObject({ active: true })
      }
      expect((await end()).ok).toBe(true)
      for (const token of [...tokens, named]) {
        expect(await introspection(gateway, root, token)).toEqual(INACTIVE)
      }
      if (back !== undefined) {
        expect((await back()).ok).toBe(true)
        expect(await introspection(gateway, root, named)).toMatchObject({ active: true })
      }
      for (const token of tokens)
        expect(await introspection(gateway, root, token)).toEqual(INACTIVE)
      await goOn(60)
      await edge.poll()
      for (const token of tokens) expect((await edge.call(token)).status).toBe(401)
    },
  )

  it('AC-343 whose API is gone, or whose signing key', async () => {
    const { gateway } = house()
    const token = await mint(ways[3] as WayIn)
    const { db } = gateway
    const identifier = String(tenant.objects.server.identifier)
    const rename = (from: string, to: string) =>
      db.execute({
        sql: 'UPDATE resource_servers SET identifier = ? WHERE identifier = ?',
        args: [to, from],
      })
    await rename(identifier, 'https://gone.test')
    expect(await introspection(gateway, gateway.root, token)).toEqual(INACTIVE)
    await rename('https://gone.test', identifier)
    expect(await isActive(token)).toBe(true)
    await db.execute("UPDATE signing_keys SET public_jwk = json_set(public_jwk, '$.kid', 'x')")
    expect(await isActive(token)).toBe(false)
    await db.execute("UPDATE signing_keys SET public_jwk = json_set(public_jwk, '$.kid', kid)")
    expect(await isActive(token)).toBe(true)
  })

  it('AC-343 after its time', async () => {
    const token = await mint(ways[3] as WayIn)
    await goOn(599)
    expect(await isActive(token)).toBe(true)
    await goOn(1)
    expect(await isActive(token)).toBe(false)
  })
})

describe('race', () => {
  test('50 revocations of one account count each token once', async () => {
    const tokens = await mintAll()
    const counts = await Promise.all(
      Array.from({ length: 50 }, () => revoke('account', tenant.account.id)),
    )
    const sum = counts.reduce<number>((total, hit) => total + Number(hit), 0)
    expect(sum).toBe(tokens.length)
    expect(counts.filter((hit) => hit !== 0)).toHaveLength(1)
    await expectDead(tokens)
  })

  test('50 streams of mints and a revocation: all that was issued before it is dead', async () => {
    let sent = false
    let answered = false
    const before: string[] = []
    const during: string[] = []
    const keepAsking = async (way: WayIn): Promise<void> => {
      while (!answered) {
        const response = await way.go(house().gateway, ahead)
        const wasSent = sent
        const { access_token } = (await response.json()) as { access_token?: string }
        if (access_token !== undefined) (wasSent ? during : before).push(access_token)
      }
    }
    const asking = Array.from({ length: 50 }, (_, i) => keepAsking(ways[i % ways.length] as WayIn))
    await expect.poll(() => before.length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(50)
    sent = true
    const revoked = await revoke('account', tenant.account.id).finally(() => {
      answered = true
    })
    await Promise.all(asking)
    expect(Number(revoked)).toBeGreaterThanOrEqual(before.length)
    const answers = await flood(before.length, (i) => isActive(String(before[i])), 10)
    expect(answers.filter((active) => active !== false)).toEqual([])
    // Whatever came while it was under way is dead or not, for who asks and for who polls alike.
    await edge.poll()
    for (const token of during) {
      expect((await edge.call(token)).ok).toBe(await isActive(token))
    }
    await goOn(2)
    for (const way of ways) expect(await isActive(await mint(way))).toBe(true)
  })
})
