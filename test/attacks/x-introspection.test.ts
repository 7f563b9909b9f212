import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import {
  fetchFeed,
  introspection,
  makeIntrospector,
  mintFor,
  postForm,
} from '../support/endings.ts'
import { expectC401, expectL429 } from '../support/expect.ts'
import { logIn, secretAccount, whole } from '../support/logins.ts'
import { makeToken } from '../support/named-tokens.ts'
import { snapshot } from '../support/snapshot.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'

const house = useHouse()

let api: SecretAccount
let foreign: Tenant

beforeAll(async () => {
  api = await makeIntrospector(house(), 'api-1')
  foreign = await makeTenant(house(), '/initech')
})

const ask = (token: string, { client_id, client_secret } = api) =>
  postForm(
    house().gateway,
    'introspect',
    { token },
    { authorization: basic(client_id, client_secret) },
  )

/** Waits until nothing is written behind an answer's back any more. */
async function settled(): Promise<unknown> {
  let before = await snapshot(house().gateway)
  await expect
    .poll(
      async () => {
        const now = await snapshot(house().gateway)
        const same = JSON.stringify(now) === JSON.stringify(before)
        before = now
        return same
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe(true)
  return before
}

/** Tokens that must tell an API of /acme nothing, each for a reason of its own. */
async function silent(): Promise<Readonly<Record<string, string>>> {
  const { gateway, account, BT } = house()
  const revoked = await mintFor(house(), await account(`gone-${randomUUID().slice(0, 8)}`))
  const body = { namespace: '/acme', by: 'token', value: revoked }
  expect((await gateway.admin('POST', '/revocations', body)).status).toBe(200)
  const login = await logIn(house(), foreign.account, { form: { resource: undefined } })
  const { access_token: elsewhere } = (await login.json()) as { access_token: string }
  const named = await makeToken(house(), foreign.account, {
    resource_server_id: foreign.objects.server.id,
  })
  const deleted = await makeToken(house(), foreign.account, {
    resource_server_id: foreign.objects.server.id,
  })
  await gateway.admin('DELETE', `/service-accounts/${foreign.account.id}/tokens/${deleted.id}`)
  return {
    garbage: 'x',
    'a CI token': BT(),
    'a revoked one': revoked,
    'one of another tenant': elsewhere,
    'a named one of another tenant': named.token,
    'a deleted one of another tenant': deleted.token,
    'one of the admin API': await gateway.rootToken(),
    'a secret of its own': api.client_secret,
    'a client id': foreign.account.client_id,
    'an account id': foreign.account.id,
  }
}

describe('introspection is no oracle', () => {
  test('tokens of others, dead ones and garbage look alike to the byte', async () => {
    const answers = new Map<string, string>()
    for (const [name, token] of Object.entries(await silent())) {
      answers.set(name, JSON.stringify(await whole(await ask(token))))
    }
    const [first] = answers.values()
    expect(first).toContain('{\\"active\\":false}')
    for (const [name, answer] of answers) expect(answer, name).toBe(first)
  })

  test('callers who may not ask learn nothing of the token either', async () => {
    const { gateway } = house()
    const alive = await mintFor(house(), house().deployer)
    const stranger = await secretAccount(house(), 'stranger')
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    const callers: ((token: string) => Promise<Response>)[] = [
      (token) => ask(token, stranger),
      (token) => ask(token, { ...api, client_secret: stranger.client_secret }),
      (token) => postForm(gateway, 'introspect', { token }),
      (token) =>
        postForm(gateway, 'introspect', { token }, { authorization: `Bearer ${viewer.token}` }),
    ]
    for (const caller of callers) {
      const [one, other] = [await whole(await caller(alive)), await whole(await caller('x'))]
      expect(one).toEqual(other)
      expect(one).toMatchObject({ status: 401 })
    }
  })

  test('requests that prove nothing leave no state behind, only log lines', async () => {
    const { gateway } = house()
    const tokens = Object.values(await silent())
    await ask('x')
    const before = await settled()
    const logged = gateway.logs.length
    for (const token of tokens) {
      await postForm(gateway, 'introspect', { token, client_id: 'nobody', client_secret: 'x' })
      await postForm(gateway, 'introspect', { token }, { authorization: 'Bearer x' })
      await postForm(gateway, 'revoke', { token, client_id: 'nobody' })
      await postForm(gateway, 'revoke', { token, client_id: house().deployer.client_id })
      await fetchFeed(gateway, `https://${randomUUID()}.test`)
    }
    expect(await settled()).toEqual(before)
    await expect.poll(() => gateway.logs.length).toBeGreaterThanOrEqual(logged + 2 * tokens.length)
    const text = gateway.logs.slice(logged).join('\n')
    for (const token of tokens.filter(({ length }) => length > 1)) expect(text).not.toContain(token)
    for (const line of gateway.logs.slice(logged)) {
      expect(line).toMatch(/"decision_id":"dec_[0-9a-z]{26}"/)
    }
  })
})

describe('guessing secrets', () => {
  test.each(['introspect', 'revoke'] as const)(
    'at %s is limited like at the token endpoint',
    async (endpoint) => {
      const { gateway } = house()
      const victim = await makeIntrospector(house(), `victim-${endpoint}`)
      const { client_id, client_secret } = victim
      const guess = (secret: string) =>
        postForm(gateway, endpoint, { token: 'x', client_id, client_secret: secret })
      for (let i = 0; i < 20; i++) await expectC401(await guess(`wrong-${i}`))
      await expectL429(await guess('wrong'))
      await expectL429(await logIn(house(), { client_id, client_secret: 'wrong' }))
      expect((await guess(client_secret)).status).toBe(200)
    },
  )
})

test('race: 50 questions about a token and its revocation agree on a moment', async () => {
  const { gateway, deployer } = house()
  const token = await mintFor(house(), deployer)
  let done = false
  const late: unknown[] = []
  const keepAsking = async (): Promise<void> => {
    for (let last = false; !last; ) {
      // What is asked once the revocation has answered is late.
      last = done
      const { active } = await introspection(gateway, api, token)
      if (last) late.push(active)
    }
  }
  const asking = Array.from({ length: 50 }, keepAsking)
  await postForm(gateway, 'revoke', { token, client_id: deployer.client_id }).finally(() => {
    done = true
  })
  await Promise.all(asking)
  expect(late).toEqual(Array(50).fill(false))
})
