import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'

let gateway: Gateway
let make: Maker
let server: Made
let account: Made

beforeAll(async () => {
  gateway = await startGateway({ faultyDatabase: true })
  make = maker(gateway)
  await make.namespace('/acme')
  await make.namespace('/acme/payments')
  server = await make.resourceServer('/acme', 'https://api.acme.example')
  account = await make.create('/service-accounts', { namespace: '/acme', name: 'bot' })
})

afterAll(() => gateway.close())

/** Holds back the one request whose statements say this, so that others overtake it. */
const holdBack = (text: string) =>
  gateway.database.set('slow', {
    when: (body) => body.toLowerCase().includes(text),
    times: 1,
    delayMs: 1000,
  })

const bind = (role: Made, namespace: string) =>
  gateway.admin('POST', '/role-bindings', {
    role_id: role.id,
    namespace,
    principal: { type: 'service_account', id: account.id },
  })

const overtaken = async (slow: () => Promise<Response>, overtake: () => Promise<Response>) => {
  const answer = slow()
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect((await overtake()).status).toBeLessThan(300)
  return answer
}

test('a role that grew while it was being bound is judged again', async () => {
  const role = await make.role('/acme', 'growing', server, { permissions: ['deploy:read'] })
  holdBack('insert into \\"role_bindings\\"')
  const answer = await overtaken(
    () => bind(role, '/acme'),
    () =>
      gateway.admin(
        'PATCH',
        `/roles/${role.id}`,
        { permissions: ['deploy:read', 'deploy:write'] },
        { ifMatch: '"1"' },
      ),
  )
  await expectProblem(answer, 412, 'precondition-failed')
  const list = await gateway.admin('GET', `/role-bindings?role_id=${role.id}`)
  expect(await list.json()).toMatchObject({ data: [] })
})

test('a role that was bound elsewhere while it grew is judged again', async () => {
  const role = await make.role('/acme', 'spreading', server, { permissions: ['deploy:read'] })
  const path = `/roles/${role.id}`
  holdBack('update \\"roles\\"')
  const answer = await overtaken(
    () => gateway.admin('PATCH', path, { permissions: ['deploy:write'] }, { ifMatch: '"1"' }),
    () => bind(role, '/acme/payments'),
  )
  await expectProblem(answer, 412, 'precondition-failed')
  const read = await gateway.admin('GET', path)
  expect(await read.json()).toMatchObject({ permissions: ['deploy:read'], version: 1 })
})

test('a role that was bound while it was being deleted stays', async () => {
  const role = await make.role('/acme', 'leaving', server, { permissions: ['deploy:read'] })
  const path = `/roles/${role.id}`
  holdBack('delete from \\"roles\\"')
  const answer = await overtaken(
    () => gateway.admin('DELETE', path, undefined, { ifMatch: '"1"' }),
    () => bind(role, '/acme'),
  )
  await expectProblem(answer, 409, 'in-use')
  expect((await gateway.admin('GET', path)).status).toBe(200)
})
