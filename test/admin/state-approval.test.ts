import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import type { Claims } from '../support/issuer.ts'
import { makeEcKey } from '../support/keys.ts'
import { applyState, planState, type StateDocument, sendState } from '../support/state.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const home = '/acme/guarded'

let fixture: Fixture
let owner: TestActor
let id: string

beforeAll(async () => {
  fixture = await createFixture(await startGateway())
  id = (await fixture.make.namespace(home)).id
  owner = await makeActor(fixture.gateway, home, [builtIn('owner', home)])
  await fixture.make.namespace(`${home}/deep`)
  await applyState(fixture.gateway, id, document({}))
})

afterAll(() => fixture.gateway.close())

const document = (members: Claims, demands = false): StateDocument => ({
  format: 1,
  namespace: home,
  namespaces: [{ path: `${home}/deep`, kind: 'company', widening_needs_approval: demands }],
  service_accounts: [
    {
      namespace: `${home}/deep`,
      name: 'bot',
      trust_policies: [{ ...policyP0(fixture.gateway.issuers.a.url), ...members }],
    },
  ],
})

const demand = (path: string, widening_needs_approval: boolean) =>
  fixture.gateway.db.execute({
    sql: 'UPDATE namespaces SET widening_needs_approval = ? WHERE path = ?',
    args: [widening_needs_approval ? 1 : 0, path],
  })

const wider = () => {
  const { bound_claims: claims } = policyP0(fixture.gateway.issuers.a.url) as {
    bound_claims: Claims
  }
  const globs = ['heads', 'tags'].map((kind) => ({ glob: `repo:acme/app:ref:refs/${kind}/*` }))
  return { bound_claims: { ...claims, sub: { any_of: globs } } }
}

test('a plan says in words what is accepted that was not', async () => {
  const plan = await planState(fixture.gateway, id, document(wider()))
  expect(plan.steps).toMatchObject([
    {
      kind: 'trust_policy',
      action: 'update',
      accepts_now: [expect.stringContaining('tags')],
      needs_approval: false,
    },
  ])
})

test('what another owner must agree to is planned, and not applied', async () => {
  const { gateway } = fixture
  const { token } = owner
  for (const path of ['/acme', home]) {
    await demand(path, true)
    const plan = await planState(gateway, id, document(wider()), { token })
    expect(plan.steps).toMatchObject([{ needs_approval: true }])
    const sent = { document: document(wider()), dryRun: false, ifMatch: plan.etag, token }
    await expectProblem(await sendState(gateway, id, sent), 409, 'approval-required')
    await demand(path, false)
  }
  // One that accepts less waits for nobody.
  await demand(home, true)
  await applyState(gateway, id, document({ scope: ['deploy:read'] }), { token })
  await demand(home, false)
  await applyState(gateway, id, document({}))
})

test('a document cannot lift a demand and use that', async () => {
  const { gateway } = fixture
  await applyState(gateway, id, document({}, true))
  const lifting = document(wider(), false)
  const plan = await planState(gateway, id, lifting)
  expect(plan.steps.map(({ kind, ...step }) => [kind, (step as Claims).needs_approval])).toEqual([
    ['namespace', false],
    ['trust_policy', true],
  ])
  const sent = { document: lifting, dryRun: false, ifMatch: plan.etag }
  await expectProblem(await sendState(gateway, id, sent), 409, 'approval-required')
  await applyState(gateway, id, document({}, false))
})

test('only who owns what is above lifts a demand alone', async () => {
  const { gateway } = fixture
  await applyState(gateway, id, document({}, true))
  const below = await makeActor(gateway, `${home}/deep`, [builtIn('owner', `${home}/deep`)])
  // It sees no more than its own part, and so cannot plan for what is above.
  const sent = { document: document({}, false), dryRun: true, token: below.token }
  await expectProblem(await sendState(gateway, id, sent), 404, 'not-found')
  await applyState(gateway, id, document({}, false), { token: owner.token })
})

test('other keys of an issuer are planned, and not applied', async () => {
  const { gateway } = fixture
  const { token } = owner
  const jwks = { keys: [(await makeEcKey('mine')).jwk] }
  const issuer = { namespace: home, name: 'mine', issuer: 'https://mine.test', jwks }
  const registering = { ...document({}), issuers: [issuer] }
  await demand(home, true)
  const plan = await planState(gateway, id, registering, { token })
  expect(plan.steps).toContainEqual(
    expect.objectContaining({
      kind: 'issuer',
      accepts_now: [expect.stringContaining('inline keys "mine"')],
      needs_approval: true,
    }),
  )
  const sent = { document: registering, dryRun: false, ifMatch: plan.etag, token }
  const answer = await sendState(gateway, id, sent)
  await expectProblem(answer, 409, 'approval-required')
  await demand(home, false)
})
