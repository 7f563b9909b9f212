import { beforeAll, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectC401, expectIssued, expectS400 } from '../support/expect.ts'
import { type Account, API_1 } from '../support/fixture.ts'

const house = useHouse()

type Secret = Account & { readonly client_secret: string }

let made = 0

/** Makes an account that this isolate has not met. */
function stranger(replay = 'single_use'): Promise<Account> {
  const { account, gateway } = house()
  made += 1
  const policies = [policyP0(gateway.issuers.a.url, { replay })]
  return account(`account-${made}`, { policies })
}

/** Makes one that is disabled. */
async function disabled(): Promise<Account> {
  const account = await stranger()
  const path = `/service-accounts/${account.id}`
  const response = await house().gateway.admin('PATCH', path, { enabled: false })
  expect(response.status).toBe(200)
  return account
}

/** Counts the round trips to the database until the answer. */
async function tripsOf(
  request: () => Promise<Response>,
  expectation: (response: Response) => Promise<unknown>,
): Promise<number> {
  const { hrana } = house().gateway
  const before = hrana.requests()
  const response = await request()
  const trips = hrana.requests() - before
  await expectation(response)
  return trips
}

let secret: Secret

beforeAll(async () => {
  const { make, roles } = house()
  secret = await make.create<Secret>('/service-accounts', {
    namespace: '/acme',
    name: 'ci-secret',
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
  })
})

test.each(DOORS)('$name: two round trips cold, one warm', async (door) => {
  const { gateway, BT } = house()
  for (const replay of ['single_use', 'single_use_per_audience', 'reusable']) {
    const { client_id } = await stranger(replay)
    const exchange = () => gateway.token({ ...door.form(BT()), client_id, resource: API_1 })
    expect(await tripsOf(exchange, expectIssued)).toBe(2)
    for (let i = 0; i < 3; i++) expect(await tripsOf(exchange, expectIssued)).toBe(1)
  }
})

const login = (clientId: string, password: string) => () =>
  house().gateway.token(
    { grant_type: 'client_credentials', resource: API_1 },
    { headers: { authorization: basic(clientId, password) } },
  )

test('a secret: two round trips cold and one to note its use, then one', async () => {
  const { hrana } = house().gateway
  const right = login(secret.client_id, secret.client_secret)
  const before = hrana.requests()
  await expectIssued(await right())
  await vi.waitFor(() => expect(hrana.requests() - before).toBe(3))
  for (let i = 0; i < 3; i++) expect(await tripsOf(right, expectIssued)).toBe(1)
})

test('a wrong secret costs one, for accounts known, remembered, disabled and unknown', async () => {
  const bare = await stranger()
  const off = await disabled()
  const ids = [secret.client_id, secret.client_id, bare.client_id, off.client_id, 'nobody']
  for (const id of ids) expect(await tripsOf(login(id, 'gths_wrong'), expectC401)).toBe(1)
})

test('a token refused before its signature verified costs one, for accounts of any kind', async () => {
  const { gateway, BR, BT, claims } = house()
  const { a, evil } = gateway.issuers
  const off = await disabled()
  const known = await stranger()
  await expectIssued(await gateway.token(BR({ client_id: known.client_id })))
  const cold = await stranger()
  const tokens: (() => string)[] = [
    () => a.mint(claims(), { kid: 'a1' }, evil.key),
    () => BT({ iss: evil.url }),
    () => BT({}, { kid: 'unheard-of' }),
    () => BT({}, { alg: 'none' }),
  ]
  for (const token of tokens) {
    for (const client_id of [known.client_id, cold.client_id, off.client_id, 'nobody']) {
      const request = () => gateway.token(BR({ client_id, subject_token: token() }))
      expect(await tripsOf(request, expectS400)).toBe(1)
    }
  }
  for (const client_id of [off.client_id, 'nobody', 'nobody-else']) {
    expect(await tripsOf(() => gateway.token(BR({ client_id })), expectS400)).toBe(1)
  }
})

test('what is malformed costs none', async () => {
  const { gateway, BR } = house()
  for (const subject_token of ['x', '..', '.'.repeat(16_000)]) {
    const request = () => gateway.token(BR({ subject_token }))
    expect(await tripsOf(request, expectS400)).toBe(0)
  }
})

test('a change costs the next exchange one more, once', async () => {
  const { gateway, BR, make } = house()
  const { client_id } = await stranger()
  const exchange = () => gateway.token(BR({ client_id }))
  await expectIssued(await exchange())
  expect(await tripsOf(exchange, expectIssued)).toBe(1)
  await make.namespace('/acme/moved-on')
  // The claim is refused, the configuration read, the token claimed.
  expect(await tripsOf(exchange, expectIssued)).toBe(3)
  expect(await tripsOf(exchange, expectIssued)).toBe(1)
})
