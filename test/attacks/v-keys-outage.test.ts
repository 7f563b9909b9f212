import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type KeyDesk, keyDesk } from '../support/signing-keys.ts'

let gateway: Gateway
let desk: KeyDesk

beforeAll(async () => {
  gateway = await startGateway({ faultyDatabase: true })
  desk = keyDesk(gateway)
})

afterAll(() => gateway.close())

test('AC-404 a revoked key does not come back from memory while the database is away', async () => {
  const { kid } = await desk.only('active')
  expect(await desk.kids()).toEqual([kid])
  const { active } = await desk.revoke(kid)
  // Nobody has read the key set since: what the isolate remembers is the set before.
  gateway.database.set('refuse')
  const remembered = await desk.kids()
  gateway.database.set('pass')
  expect(remembered).not.toContain(kid)
  expect(await desk.kids()).toEqual([active?.kid])
})

test('AC-404 an emergency that cannot be written down is no success, and can be asked for again', async () => {
  const { kid } = await desk.only('active')
  const token = await gateway.rootToken()
  const revoke = () => gateway.admin('POST', `/signing-keys/${kid}:revoke`, undefined, { token })
  gateway.database.set('refuse')
  expect((await revoke()).status).toBe(503)
  gateway.database.set('pass')
  expect((await desk.only('active')).kid).toBe(kid)
  expect((await revoke()).status).toBe(200)
  expect((await desk.only('active')).kid).not.toBe(kid)
})
