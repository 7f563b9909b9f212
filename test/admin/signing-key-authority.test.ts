import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { maker } from '../support/maker.ts'
import { type KeyDesk, keyDesk } from '../support/signing-keys.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let desk: KeyDesk
let actors: Record<'tenantOwner' | 'rootViewer' | 'rootOwner' | 'narrow', TestActor>

beforeAll(async () => {
  gateway = await startGateway()
  desk = keyDesk(gateway)
  await maker(gateway).namespace('/acme')
  actors = {
    tenantOwner: await makeActor(gateway, '/acme', [builtIn('owner', '/acme')]),
    rootViewer: await makeActor(gateway, '/', [builtIn('viewer', '/')]),
    rootOwner: await makeActor(gateway, '/', [builtIn('owner', '/')]),
    narrow: await makeActor(gateway, '/', [builtIn('owner', '/')], 'signing-keys:read'),
  }
})

afterAll(() => gateway.close())

const attempts = {
  list: (actor: TestActor) => actor.call('GET', '/signing-keys'),
  rotate: (actor: TestActor) => actor.call('POST', '/signing-keys:rotate', {}),
  revoke: async (actor: TestActor) =>
    actor.call('POST', `/signing-keys/${(await desk.kids())[0]}:revoke`),
} as const

const cases: [keyof typeof actors, keyof typeof attempts, string | null][] = [
  ['tenantOwner', 'list', 'permission-denied'],
  ['tenantOwner', 'rotate', 'permission-denied'],
  ['tenantOwner', 'revoke', 'permission-denied'],
  ['rootViewer', 'list', null],
  ['rootViewer', 'rotate', 'permission-denied'],
  ['rootViewer', 'revoke', 'permission-denied'],
  ['narrow', 'list', null],
  ['narrow', 'rotate', 'insufficient-scope'],
  ['narrow', 'revoke', 'insufficient-scope'],
  ['rootOwner', 'list', null],
  ['rootOwner', 'rotate', null],
  ['rootOwner', 'revoke', null],
]

test.each(cases)('%s, %s: %s', async (who, what, slug) => {
  const before = await desk.list()
  const response = await attempts[what](actors[who])
  if (slug === null) return expect(response.status).toBe(200)
  await expectProblem(response, 403, slug)
  expect(await desk.list()).toEqual(before)
})

test.each(Object.keys(attempts) as (keyof typeof attempts)[])('nobody, %s', async (what) => {
  const call = (method: string, path: string, body?: unknown) =>
    gateway.admin(method, path, body, { token: null })
  const response = await attempts[what]({ id: '', token: '', call })
  await expectProblem(response, 401, 'authentication-required')
})
