import { expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { secretsOf } from '../admin/secrets.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { makeEcKey } from '../support/keys.ts'

const house = useHouse({ faultyDatabase: true })

/** Holds back the one read of an account's configuration that the check of authority makes. */
const holdBack = (clientId: string) =>
  house().gateway.database.set('slow', {
    when: (body) => body.includes(clientId) && body.includes('WITH RECURSIVE'),
    times: 1,
    delayMs: 900,
  })

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

test.each([
  ['POST', 'keys', async () => ({ jwk: (await makeEcKey('evil')).jwk })],
  ['POST', 'trust-policies', async () => policyP0(house().gateway.issuers.a.url)],
  ['POST', 'tokens', async () => ({ name: 'mine', resource_server_id: 'rs_admin' })],
  ['POST', 'secrets', async () => ({})],
  ['PATCH', '', async () => ({ max_token_ttl_seconds: null })],
  ['DELETE', '', async () => undefined],
])('%s %s by a deployer on an owner whose client id is rotated meanwhile', async (...row) => {
  const [method, part, body] = row
  const { gateway, account } = house()
  const deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
  const name = `boss-${method}-${part}-0`.toLowerCase()
  const owner = await account(name, { policies: [], roles: [{ id: 'role_owner' }] })
  const path = `/service-accounts/${owner.id}${part && `/${part}`}`
  const sent = await body()
  expect((await deployer.call(method, path, sent)).status).toBe(403)
  holdBack(owner.client_id)
  const stealing = deployer.call(method, path, sent)
  await wait(300)
  const rotated = await gateway.admin('POST', `${secretsOf(owner)}:reset`, {
    rotate_client_id: true,
  })
  expect(rotated.status).toBe(201)
  expect((await stealing).status).toBe(412)
  gateway.database.set('pass')
})
