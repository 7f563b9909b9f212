import { decodeJwt } from 'jose'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import {
  type Feed,
  fetchFeed,
  INACTIVE,
  introspection,
  makeIntrospector,
  mintFor,
  postForm,
} from '../support/endings.ts'
import { API_1, API_2 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'
import { makeToken } from '../support/named-tokens.ts'
import { HONEST, turn } from '../support/switches.ts'
import { makeTenant } from '../support/tenant.ts'

const house = useHouse({ entry: 'test' })

let acme: SecretAccount
let globex: SecretAccount

beforeAll(async () => {
  acme = await makeIntrospector(house(), 'acme-apis')
  globex = await makeIntrospector(house(), 'globex-apis', '/globex')
})

afterEach(() => turn(house().gateway, HONEST))

const isActive = async (token: string, asker = acme): Promise<unknown> =>
  (await introspection(house().gateway, asker, token)).active

const readFeed = async (audience: string): Promise<Feed> =>
  decodeJwt<Feed>(await (await fetchFeed(house().gateway, audience)).text())

async function admin(method: string, path: string, body?: unknown): Promise<Claims> {
  const response = await house().gateway.admin(method, path, body, { ifMatch: '"1"' })
  const text = await response.text()
  expect([response.status < 300, method, path, text]).toEqual([true, method, path, text])
  return text === '' ? {} : (JSON.parse(text) as Claims)
}

describe('a stranger who fills the list of an audience', () => {
  test('makes nobody else’s revocations coarse', async () => {
    const { gateway, account } = house()
    const id = 'https://shared.test'
    const server = await house().make.resourceServer('/', id)
    const role = await house().make.role('/', 'shared-user', server)
    const victim = await account('victim', { roles: [role] })
    const [found, clean, other] = await Promise.all(
      [1, 2, 3].map(() => mintFor(house(), victim, {}, id)),
    )
    const until = Math.floor(Date.now() / 1000) + 600
    await gateway.db.execute({
      sql: `INSERT INTO revocations (audience, kind, value, service_account_id, "before", expires_at)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        SELECT ?, 'token', 'j' || i, 'sa_stranger', ?, ? FROM n`,
      args: [id, until - 600, until],
    })
    const root = await makeIntrospector(house(), 'root-apis', '/')
    await postForm(gateway, 'revoke', { token: found ?? '', client_id: victim.client_id })
    const body = { namespace: '/acme', by: 'token', value: other }
    expect(await admin('POST', '/revocations', body)).toMatchObject({ revoked: 1 })
    expect(await isActive(found ?? '', root)).toBe(false)
    expect(await isActive(other ?? '', root)).toBe(false)
    expect(await isActive(clean ?? '', root)).toBe(true)
    expect((await readFeed(id)).accounts).toEqual({})
  })
})

describe('an API that is deleted', () => {
  const unbind = async (account: Made, role: Made): Promise<void> => {
    const path = `/role-bindings?namespace=/acme&service_account_id=${account.id}`
    const { data } = (await admin('GET', path)) as unknown as { data: Made[] }
    for (const { id } of data) await admin('DELETE', `/role-bindings/${id}`)
    await admin('DELETE', `/roles/${role.id}`)
  }

  test.each(['by itself', 'with its namespace'])(
    'takes its tokens with it, %s: who takes its identifier inherits none',
    async (how) => {
      const { make, account } = house()
      const name = how.replaceAll(' ', '-')
      const id = `https://moving-${name}.test`
      const namespace = await make.namespace(`/acme/${name}`)
      const place = how === 'by itself' ? '/acme' : String(namespace.path)
      const server = await make.resourceServer(place, id)
      const role = await make.role(place, `user-${name}`, server)
      const role_bindings = [{ role_id: role.id, namespace: place }]
      const mover = await account(`mover-${name}`, { roles: [], members: { role_bindings } })
      const token = await mintFor(house(), mover, {}, id)
      const same = await mintFor(house(), await account(`stays-${name}`))
      expect(await isActive(token)).toBe(true)
      // A right that was taken away leaves its living tokens: the API must take them with it.
      await unbind(mover, role)
      if (how === 'by itself') await admin('DELETE', `/resource-servers/${server.id}`)
      else await admin('DELETE', `/namespaces/${namespace.id}`)
      await make.resourceServer('/globex', id)
      expect(await introspection(house().gateway, globex, token)).toEqual(INACTIVE)
      expect(Object.keys((await readFeed(id)).accounts)).toEqual([mover.id])
      // Even were the mark lost, the token is none for the namesake.
      await house().gateway.db.execute({
        sql: 'DELETE FROM revocations WHERE audience = ?',
        args: [id],
      })
      expect(await introspection(house().gateway, globex, token)).toEqual(INACTIVE)
      expect(await isActive(same)).toBe(true)
    },
  )
})

describe('a namespace that is suspended or deleted', () => {
  test.each([
    ['suspended', (path: string) => admin('PATCH', path, { enabled: false })],
    ['deleted', (path: string) => admin('DELETE', path)],
  ])('%s, ends the tokens of accounts above it with rights in it', async (how, stop) => {
    const { make, account, roles } = house()
    const part = await make.namespace(`/acme/part-${how}`)
    const viewer = { role_id: 'role_viewer', namespace: part.path }
    const inPart = { role_id: roles.api1.id, namespace: part.path }
    const besides = { role_id: roles.api2.id, namespace: '/acme' }
    const reaching = await account(`reaching-${how}`, {
      roles: [],
      members: { role_bindings: [inPart, besides, viewer] },
    })
    const beside = await account(`beside-${how}`)
    const token = await mintFor(house(), reaching)
    const elsewhere = await mintFor(house(), reaching, {}, API_2)
    const unrelated = await mintFor(house(), beside)
    const forAdmin = await mintFor(house(), reaching, {}, 'urn:gatehouse:admin')
    expect(await isActive(token)).toBe(true)
    await stop(`/namespaces/${part.id}`)
    expect(await isActive(token)).toBe(false)
    expect((await readFeed(API_1)).accounts).toHaveProperty(reaching.id)
    expect(await isActive(elsewhere)).toBe(true)
    expect(await isActive(unrelated)).toBe(true)
    // The admin API looks up what remains, and says so itself.
    const asked = await house().gateway.admin('GET', '/namespaces', undefined, { token: forAdmin })
    expect(asked.status).toBe(200)
  })

  test.each([
    ['suspended', (path: string) => admin('PATCH', path, { enabled: false })],
    ['deleted', (path: string) => admin('DELETE', path)],
  ])('race: %s while 50 exchange from above, none of their tokens stays', async (how, stop) => {
    const { make, account, roles, gateway, BR } = house()
    const part = await make.namespace(`/acme/raced-${how}`)
    const role_bindings = [{ role_id: roles.api1.id, namespace: part.path }]
    const { client_id } = await account(`raced-${how}`, { roles: [], members: { role_bindings } })
    const issued: string[] = []
    const late: number[] = []
    let stopped = false
    const keepAsking = async (): Promise<void> => {
      for (let last = false; !last; ) {
        // What is sent once the stop has answered is late, and its answer is the last one.
        last = stopped
        const response = await gateway.token(BR({ client_id }))
        const { access_token: token } = (await response.json()) as { access_token?: string }
        if (token !== undefined) issued.push(token)
        if (last) late.push(response.status)
      }
    }
    const asking = Array.from({ length: 50 }, keepAsking)
    await vi.waitFor(() => expect(issued.length).toBeGreaterThan(0), 20_000)
    await stop(`/namespaces/${part.id}`).finally(() => {
      stopped = true
    })
    await Promise.all(asking)
    expect(late).toHaveLength(50)
    expect(late).not.toContain(200)
    expect(new Set(await Promise.all(issued.map((token) => isActive(token))))).toEqual(
      new Set([false]),
    )
  })
})

describe('a token that has just expired', () => {
  test('is revoked all the same: verifiers accept it a little longer, and clocks differ', async () => {
    const { gateway } = house()
    const account = await house().account('late')
    const tokens = await Promise.all([1, 2, 3].map(() => mintFor(house(), account)))
    const [byAdmin = '', byClient = '', over = ''] = tokens
    const passExpiry = (token: string, seconds: number) =>
      turn(gateway, {
        clockOffsetMs: (Number(decodeJwt(token).exp) + seconds) * 1000 - Date.now(),
      })
    await passExpiry(byAdmin, 100)
    const named = { namespace: '/acme', by: 'token', value: byAdmin }
    const root = await gateway.token({ grant_type: 'client_credentials', ...gateway.root })
    const { access_token: token } = (await root.json()) as { access_token: string }
    const revoked = await gateway.admin('POST', '/revocations', named, { token })
    expect(await revoked.json()).toMatchObject({ revoked: 1 })
    await postForm(gateway, 'revoke', { token: byClient, client_id: account.client_id })
    const { tokens: dead } = await readFeed(API_1)
    expect(dead).toContain(decodeJwt(byAdmin).jti)
    expect(dead).toContain(decodeJwt(byClient).jti)
    await passExpiry(over, 121)
    await postForm(gateway, 'revoke', { token: over, client_id: account.client_id })
    await turn(gateway, HONEST)
    expect((await readFeed(API_1)).tokens).not.toContain(decodeJwt(over).jti)
  })
})

describe('asking', () => {
  test('about a foreign named token costs the same round trips, alive or deleted', async () => {
    const { gateway } = house()
    const foreign = await makeTenant(house(), '/initech')
    const ofForeign = { resource_server_id: foreign.objects.server.id }
    const alive = await makeToken(house(), foreign.account, ofForeign)
    const deleted = await makeToken(house(), foreign.account, ofForeign)
    await admin('DELETE', `/service-accounts/${foreign.account.id}/tokens/${deleted.id}`)
    const trips = async (token: string): Promise<number> => {
      const before = gateway.hrana.requests()
      expect(await introspection(gateway, acme, token)).toEqual(INACTIVE)
      return gateway.hrana.requests() - before
    }
    await trips(alive.token)
    await expect.poll(() => trips(alive.token), { timeout: 5000 }).toBe(2)
    expect(await trips(deleted.token)).toBe(2)
    expect(await trips(alive.token)).toBe(2)
  })

  test('for the feed again and again costs no signature: it is the same to the byte', async () => {
    const { gateway, account } = house()
    const start = Math.ceil(Date.now() / 60_000) * 60_000
    const clockAt = (seconds: number) =>
      turn(gateway, { clockOffsetMs: start + seconds * 1000 - Date.now() })
    await clockAt(1)
    const ask = async (audience: string) => (await fetchFeed(gateway, audience)).text()
    const [first, other] = [await ask(API_1), await ask('https://nobody.test')]
    const again = await Promise.all(Array.from({ length: 50 }, () => ask(API_1)))
    expect(new Set(again)).toEqual(new Set([first]))
    expect(await ask('https://nobody.test')).toBe(other)
    const { client_id } = await account('polled')
    const token = await mintFor(house(), { client_id })
    await postForm(gateway, 'revoke', { token, client_id })
    const changed = await ask(API_1)
    expect(decodeJwt<Feed>(changed).tokens).toContain(decodeJwt(token).jti)
    expect(await ask(API_1)).toBe(changed)
    await clockAt(61)
    expect(decodeJwt(await ask(API_1)).iat).toBe(start / 1000 + 60)
  })
})
