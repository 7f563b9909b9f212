import { beforeAll, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, githubClaims, policyP0 } from '../support/baseline.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Claims, Issuer } from '../support/issuer.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import { applyState, planState, type StateDocument, sendState } from '../support/state.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse()
const home = '/acme/stated'

let id: string
let owner: TestActor
beforeAll(async () => {
  id = (await house().make.namespace(home)).id
  owner = await makeActor(house().gateway, home, [builtIn('owner', home)])
})

/** A document with one issuer, and an account that trusts it. */
const trusting = (url: string, members: Claims): StateDocument => ({
  format: 1,
  namespace: home,
  issuers: [
    { namespace: home, name: 'CI', issuer: url, algorithms: ['RS256', 'ES256'], ...members },
  ],
  service_accounts: [{ namespace: home, name: 'robot', trust_policies: [policyP0(url)] }],
  role_bindings: [
    {
      role: { namespace: '/acme', name: 'api-1-user', resource_server: API_1 },
      namespace: home,
      principal: { type: 'service_account', namespace: home, name: 'robot' },
    },
  ],
})

const robot = async (): Promise<Claims> => {
  const found = await house().gateway.admin('GET', `/service-accounts?namespace=${home}&name=robot`)
  return ((await found.json()) as { data: Claims[] }).data[0] as Claims
}

const exchange = async (issuer: Issuer, key?: TestKey): Promise<Response> => {
  const token = issuer.mint(githubClaims(issuer.url), {}, key)
  const { client_id } = (await robot()) as { client_id: string }
  return house().gateway.token({ ...DOORS[0].form(token), client_id, resource: API_1 })
}

const apply = (document: StateDocument) =>
  applyState(house().gateway, id, document, { token: owner.token })

test('an owner brings an issuer with inline keys, gives it others, and lets them be fetched', async () => {
  const issuer = await house().gateway.issuers.add('https://stated.test')
  const [first, second] = [await makeEcKey('first'), await makeEcKey('second')]
  const inline = (key: TestKey) => trusting(issuer.url, { jwks: { keys: [key.jwk] } })
  const made = await apply(inline(first))
  expect(made.steps).toContainEqual(
    expect.objectContaining({ action: 'create', kind: 'issuer', pointer: '/issuers/0' }),
  )
  await expectIssued(await exchange(issuer, first))
  expect((await exchange(issuer, second)).status).toBe(400)
  const keyed = await apply(inline(second))
  expect(keyed.steps).toMatchObject([
    { action: 'update', kind: 'issuer', key: { issuer: issuer.url } },
  ])
  await expectIssued(await exchange(issuer, second))
  expect((await exchange(issuer, first)).status).toBe(400)
  expect(issuer.hits()).toBe(0)
  await apply(trusting(issuer.url, {}))
  await expectIssued(await exchange(issuer))
  expect((await exchange(issuer, second)).status).toBe(400)
})

test('an owner brings an issuer whose keys are fetched once, and saves nothing when they are not', async () => {
  const { gateway } = house()
  const url = 'https://fetched.test'
  const document = trusting(url, {})
  const sent = { document, dryRun: true, token: owner.token }
  await expectProblem(await sendState(gateway, id, sent), 422, 'issuer-unreachable')
  const issuer = await gateway.issuers.add(url)
  await apply(document)
  const hits = issuer.hits()
  await expectIssued(await exchange(issuer))
  expect(issuer.hits()).toBe(hits)
})

test('an identifier that another tenant has is pointed at', async () => {
  const { gateway } = house()
  const server = (identifier: string) => ({
    namespace: home,
    identifier,
    name: 'API',
    permissions: ['a'],
  })
  const document: StateDocument = {
    format: 1,
    namespace: home,
    resource_servers: [server('https://fine.test'), server('https://api-3.test')],
  }
  const { etag: ifMatch } = await planState(gateway, id, document, { token: owner.token })
  const sent = { document, dryRun: false, ifMatch, token: owner.token }
  const refused = await expectProblem(await sendState(gateway, id, sent), 409, 'identifier-taken')
  expect(refused.errors).toEqual([
    { pointer: '/resource_servers/1/identifier', detail: expect.any(String) },
  ])
})
