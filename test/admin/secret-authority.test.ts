import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import type { Made } from '../support/maker.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'
import { type Secrets, secretsOf, useSecrets } from './secrets.ts'

let gateway: Gateway
let secrets: Secrets

beforeAll(async () => {
  gateway = await startGateway()
  secrets = await useSecrets(gateway)
})

afterAll(() => gateway.close())

describe('authority', () => {
  let account: Made
  let deployer: TestActor
  let viewer: TestActor
  let stranger: TestActor
  let reader: TestActor

  beforeAll(async () => {
    await secrets.make.namespace('/globex')
    account = await secrets.account()
    deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
    viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
    const roles = [builtIn('deployer', '/acme')]
    reader = await makeActor(gateway, '/acme', roles, 'credentials:read service-accounts:read')
  })

  const changes = (path: string): readonly (readonly [string, string, unknown?])[] => [
    ['POST', path, {}],
    ['POST', `${path}:reset`, {}],
    ['DELETE', `${path}/sec_0`],
  ]

  test('a deployer makes and ends secrets', async () => {
    const answer = await deployer.call('POST', secretsOf(account), {})
    expect(answer.status).toBe(201)
    const { id } = (await answer.json()) as Made
    expect((await deployer.call('DELETE', `${secretsOf(account)}/${id}`)).status).toBe(204)
    expect((await deployer.call('POST', `${secretsOf(account)}:reset`, {})).status).toBe(201)
  })

  test('a viewer reads only', async () => {
    expect((await viewer.call('GET', secretsOf(account))).status).toBe(200)
    for (const [method, path, body] of changes(secretsOf(account))) {
      await expectProblem(await viewer.call(method, path, body), 403, 'permission-denied')
    }
  })

  test('a token for reading reads only', async () => {
    expect((await reader.call('GET', secretsOf(account))).status).toBe(200)
    for (const [method, path, body] of changes(secretsOf(account))) {
      await expectProblem(await reader.call(method, path, body), 403, 'insufficient-scope')
    }
  })

  test('a stranger finds nothing', async () => {
    await expectProblem(await stranger.call('GET', secretsOf(account)), 404, 'not-found')
    for (const [method, path, body] of changes(secretsOf(account))) {
      await expectProblem(await stranger.call(method, path, body), 404, 'not-found')
    }
  })

  test('nobody makes their own secrets, or ends them', async () => {
    for (const [method, path, body] of changes(secretsOf(deployer))) {
      await expectProblem(await deployer.call(method, path, body), 403, 'self-modification')
    }
  })

  test('nobody makes secrets of who holds more', async () => {
    const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    for (const [method, path, body] of changes(secretsOf(owner))) {
      await expectProblem(await deployer.call(method, path, body), 403, 'privilege-escalation')
    }
  })

  test('without a token nothing is said', async () => {
    for (const [method, path, body] of [
      ['GET', secretsOf(account)] as const,
      ...changes(secretsOf(account)),
    ]) {
      await expectProblem(await gateway.admin(method, path, body, { token: null }), 401)
    }
  })
})
