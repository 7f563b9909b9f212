import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerKey } from '../support/assertion.ts'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let key: TestKey
let powerful: Made
let registered: Made
let actors: Record<'owner' | 'deployer' | 'viewer' | 'below' | 'globex' | 'narrow', TestActor>

const keysOf = ({ id }: { readonly id: string }): string => `/service-accounts/${id}/keys`

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  key = await makeEcKey('c1')
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await make.namespace('/acme/payments')
  // An account that manages: whoever can log in as it is an owner.
  powerful = await make.create('/service-accounts', {
    namespace: '/acme',
    name: 'powerful',
    role_bindings: [builtIn('owner', '/acme')],
  })
  registered = await registerKey(gateway, powerful.id, { jwk: key.jwk })
  actors = {
    owner: await makeActor(gateway, '/acme', [builtIn('owner', '/acme')]),
    deployer: await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')]),
    viewer: await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')]),
    below: await makeActor(gateway, '/acme/payments', [builtIn('owner', '/acme/payments')]),
    globex: await makeActor(gateway, '/globex', [builtIn('owner', '/globex')]),
    narrow: await makeActor(gateway, '/acme', [builtIn('owner', '/acme')], 'credentials:read'),
  }
})

afterAll(() => gateway.close())

const second = () => ({ jwk: { ...key.jwk, kid: 'c2' } })

describe.each<[keyof typeof actors, number, number, string]>([
  ['owner', 200, 201, ''],
  ['deployer', 200, 403, 'privilege-escalation'],
  ['viewer', 200, 403, 'permission-denied'],
  ['below', 404, 404, 'not-found'],
  ['globex', 404, 404, 'not-found'],
  ['narrow', 200, 403, 'insufficient-scope'],
])('%s', (name, reading, making, slug) => {
  const call: TestActor['call'] = (...args) => actors[name].call(...args)
  const item = () => `${keysOf(powerful)}/${registered.id}`

  test(`reads: ${reading}`, async () => {
    expect((await call('GET', keysOf(powerful))).status).toBe(reading)
    expect((await call('GET', item())).status).toBe(reading)
  })

  test(`registers: ${making}`, async () => {
    const response = await call('POST', keysOf(powerful), second())
    if (making !== 201) return void (await expectProblem(response, making, slug))
    expect(response.status).toBe(201)
    const { id } = (await response.json()) as Made
    expect((await call('DELETE', `${keysOf(powerful)}/${id}`)).status).toBe(204)
  })

  test('shape comes before authority, authority before rules', async () => {
    await expectProblem(await call('POST', keysOf(powerful), { jwk: 1 }), 422, 'validation-failed')
    const weak = await call('POST', keysOf(powerful), { jwk: { kty: 'oct', k: 'AA' } })
    await expectProblem(weak, making === 201 ? 422 : making)
  })

  if (making !== 201) {
    test('cannot remove one', async () => {
      await expectProblem(await call('DELETE', item()), making, slug)
    })
  }
})

test('nobody registers or removes their own key', async () => {
  const { owner } = actors
  const own = await registerKey(gateway, owner.id, { jwk: key.jwk })
  const body = { jwk: { ...key.jwk, kid: 'mine' } }
  await expectProblem(await owner.call('POST', keysOf(owner), body), 403, 'self-modification')
  const removal = await owner.call('DELETE', `${keysOf(owner)}/${own.id}`)
  await expectProblem(removal, 403, 'self-modification')
  expect((await owner.call('GET', keysOf(owner))).status).toBe(200)
})

test('a deployer registers keys for accounts that hold no more than it does', async () => {
  const plain = await make.create('/service-accounts', { namespace: '/acme', name: 'plain' })
  const response = await actors.deployer.call('POST', keysOf(plain), { jwk: key.jwk })
  expect(response.status).toBe(201)
})

test('no token, no answer', async () => {
  for (const method of ['GET', 'POST']) {
    const body = method === 'POST' ? { jwk: key.jwk } : undefined
    const response = await gateway.admin(method, keysOf(powerful), body, { token: null })
    await expectProblem(response, 401, 'authentication-required')
  }
})

test('an account that does not exist has no keys', async () => {
  const nobody = { id: 'sa_0123456789abcdefghjkmnpqrs' }
  await expectProblem(await gateway.admin('GET', keysOf(nobody)), 404, 'not-found')
  const response = await gateway.admin('POST', keysOf(nobody), { jwk: key.jwk })
  await expectProblem(response, 404, 'not-found')
})
