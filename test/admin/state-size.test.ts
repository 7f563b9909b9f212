import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import type { Claims } from '../support/issuer.ts'
import {
  applyState,
  planState,
  readState,
  type StateDocument,
  sendState,
} from '../support/state.ts'

let fixture: Fixture
let id: string

beforeAll(async () => {
  fixture = await createFixture(await startGateway())
  id = (await fixture.make.namespace('/acme/many')).id
})

afterAll(() => fixture.gateway.close())

test('a thousand accounts with policies and roles are one document', async () => {
  const { gateway } = fixture
  const policy = policyP0(gateway.issuers.a.url)
  const names = Array.from({ length: 1000 }, (_, i) => `bot-${i}`)
  const document: StateDocument = {
    format: 1,
    namespace: '/acme/many',
    service_accounts: names.map((name) => ({
      namespace: '/acme/many',
      name,
      trust_policies: [policy],
    })),
    role_bindings: names.map((name) => ({
      role: { namespace: '/acme', name: 'api-1-user', resource_server: 'https://api-1.test' },
      namespace: '/acme/many',
      principal: { type: 'service_account', namespace: '/acme/many', name },
    })),
  }
  const plan = await applyState(gateway, id, document)
  expect(plan.counts).toMatchObject({ create: 3000 })
  const { document: now } = await readState(gateway, id)
  expect(now.service_accounts).toHaveLength(1000)
  expect((await planState(gateway, id, now)).steps).toEqual([])
}, 120_000)

test('what is another tenant’s is refused like what nobody has', async () => {
  const { gateway } = fixture
  const account = (members: Claims): StateDocument => ({
    format: 1,
    namespace: '/acme/many',
    service_accounts: [{ namespace: '/acme/many', name: 'x', ...members }],
  })
  const bound = (role: unknown, principal: Claims): StateDocument => ({
    format: 1,
    namespace: '/acme/many',
    role_bindings: [{ role, namespace: '/acme/many', principal }],
  })
  const bot = { type: 'service_account', namespace: '/acme/many', name: 'bot-1' }
  const role = (namespace: string, name: string, server: string) => ({
    namespace,
    name,
    resource_server: server,
  })
  const pairs: readonly (readonly [StateDocument, StateDocument])[] = [
    [
      account({ resource_servers: ['https://api-3.test'] }),
      account({ resource_servers: ['https://api-9.test'] }),
    ],
    [
      bound(role('/globex', 'api-3-user', 'https://api-3.test'), bot),
      bound(role('/nowhere', 'nobody', 'https://api-9.test'), bot),
    ],
    [
      bound('viewer', { ...bot, namespace: '/globex', name: 'deployer' }),
      bound('viewer', { ...bot, namespace: '/nowhere', name: 'nobody' }),
    ],
  ]
  for (const pair of pairs) {
    const [foreign, unknown] = await Promise.all(
      pair.map(async (document) => {
        const answer = await sendState(gateway, id, { document, dryRun: true })
        return [answer.status, await answer.text()] as const
      }),
    )
    expect(foreign?.[0]).toBe(422)
    expect(foreign).toEqual(unknown)
  }
})

test('a document over 4 MiB is too large, and so is one of more than 100 000 members', async () => {
  const { gateway } = fixture
  const send = async (text: string) =>
    gateway.fetch(`/admin/v1/namespaces/${id}:apply?dry_run=true`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.rootToken()}`,
        'content-type': 'application/json',
      },
      body: text,
    })
  const empty = JSON.stringify({ format: 1, namespace: '/acme/many' })
  const limit = 4 * 1024 * 1024
  expect((await send(empty.padEnd(limit))).status).toBe(200)
  await expectProblem(await send(empty.padEnd(limit + 1)), 413, 'body-too-large')
  const members = (count: number) => {
    const key = Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, 0]))
    const issuer = { namespace: '/acme/many', issuer: 'https://big.test', jwks: { keys: [key] } }
    return JSON.stringify({ format: 1, namespace: '/acme/many', issuers: [issuer] })
  }
  // Few enough to be looked at, and then refused for what they are.
  await expectProblem(await send(members(99_000)), 422, 'validation-failed')
  const refused = await expectProblem(await send(members(100_000)), 400, 'malformed-body')
  expect(refused.detail).toContain('members')
}, 60_000)
