import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminPermissions } from '../../src/core/permission.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import type { Claims } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'
import { readState, type StateDocument, sendState, stateOf } from '../support/state.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const home = '/acme/payments'
const api = 'https://api-1.test'
const admin = 'urn:gatehouse:admin'

let fixture: Fixture
/** May write most things, and holds `deploy:read` alone. */
let manager: TestActor
let deployer: TestActor
let id: string
let before: StateDocument
let self: Claims

const ref = (name: string): Claims => ({ namespace: home, name })
const account = (name: string) => ({ type: 'service_account', ...ref(name) })
const role = (name: string): Claims => ({ ...ref(name), resource_server: api })

const policy = () => policyP0(fixture.gateway.issuers.a.url)

/** The document with an account of this name changed. */
const withAccount = (document: StateDocument, name: unknown, members: Claims): StateDocument => ({
  ...document,
  service_accounts: (document.service_accounts ?? []).map((each) =>
    each.name === name ? { ...each, ...members } : each,
  ),
})

const plus = <
  K extends
    | 'roles'
    | 'groups'
    | 'service_accounts'
    | 'role_bindings'
    | 'issuers'
    | 'resource_servers'
    | 'namespaces',
>(
  document: StateDocument,
  list: K,
  ...entries: Claims[]
): StateDocument => ({ ...document, [list]: [...(document[list] ?? []), ...entries] })

const fill = async () => {
  const { make, roles } = fixture
  const strong = roles.api1
  const weak = await make.role(home, 'reader', fixture.resourceServers.api1, {
    permissions: ['deploy:read'],
  })
  const managing = await make.create('/roles', {
    namespace: '/acme',
    name: 'manager',
    resource_server_id: 'rs_admin',
    permissions: adminPermissions.filter(
      (name) =>
        name.endsWith(':read') ||
        /^(roles|groups|role-bindings|service-acc|trust|namespaces)/.test(name),
    ),
  })
  const create = (name: string, members: Claims) =>
    make.create('/service-accounts', { namespace: home, name, ...members })
  await create('powerful', { role_bindings: [{ role_id: strong.id, namespace: home }] })
  await create('weak', { role_bindings: [{ role_id: weak.id, namespace: home }] })
  const off = await create('asleep', { role_bindings: [{ role_id: strong.id, namespace: home }] })
  await fixture.gateway.admin('PATCH', `/service-accounts/${off.id}`, { enabled: false })
  return { weak, managing }
}

beforeAll(async () => {
  fixture = await createFixture(await startGateway())
  const { gateway, make } = fixture
  await make.namespace(home)
  await make.namespace(`${home}/prod`)
  const { weak, managing } = await fill()
  id = await stateOf(gateway, home)
  const root: StateDocument = (await readState(gateway, id)).document
  const made = await sendState(gateway, id, {
    document: plus(root, 'groups', { ...ref('strong'), members: [] }),
    dryRun: true,
  })
  const filled = plus(plus(root, 'groups', { ...ref('strong'), members: [] }), 'role_bindings', {
    role: { namespace: '/acme', name: 'api-1-user', resource_server: api },
    namespace: home,
    principal: { type: 'group', ...ref('strong') },
  })
  expect(made.status).toBe(200)
  const plan = await sendState(gateway, id, { document: filled, dryRun: true })
  const applied = await sendState(gateway, id, {
    document: filled,
    dryRun: false,
    ifMatch: String(plan.headers.get('etag')),
  })
  expect(applied.status).toBe(200)
  const bindings = (one: Made, namespace: string) => ({ role_id: one.id, namespace })
  manager = await makeActor(gateway, home, [bindings(managing, home), bindings(weak, home)])
  deployer = await makeActor(gateway, home, [builtIn('deployer', home)])
  before = (await readState(gateway, id)).document
  const found = await gateway.admin('GET', `/service-accounts/${manager.id}`)
  self = (await found.json()) as Claims
})

afterAll(() => fixture.gateway.close())

type Attack = readonly [
  name: string,
  document: () => StateDocument,
  slug: string,
  who?: () => TestActor,
  prune?: boolean,
]

const strongRef = { namespace: '/acme', name: 'api-1-user', resource_server: api }
const bound = (to: Claims, given: unknown = strongRef, namespace = home): Claims => ({
  role: given,
  namespace,
  principal: to,
})

const newRole = (name: string, permissions: string[], resource_server = api): Claims => ({
  ...ref(name),
  resource_server,
  permissions,
})

const attacks: readonly Attack[] = [
  [
    'bind a role above theirs',
    () => plus(before, 'role_bindings', bound(account('weak'))),
    'privilege-escalation',
  ],
  [
    'bind owner',
    () => plus(before, 'role_bindings', bound(account('weak'), 'owner')),
    'privilege-escalation',
  ],
  [
    'bind deployer, which implies more than it lists',
    () => plus(before, 'role_bindings', bound(account('weak'), 'deployer')),
    'privilege-escalation',
  ],
  [
    'make a role of what they do not hold',
    () => plus(before, 'roles', newRole('big', ['deploy:write'])),
    'privilege-escalation',
  ],
  [
    'make an admin role of what they do not hold',
    () => plus(before, 'roles', newRole('big', ['issuers:write'], admin)),
    'privilege-escalation',
  ],
  [
    'let a role grow that is bound already',
    () => ({
      ...before,
      roles: (before.roles ?? []).map((each) => ({
        ...each,
        permissions: ['deploy:read', 'deploy:write'],
      })),
    }),
    // It is the manager's own role, too.
    'self-modification',
  ],
  [
    'make a role, bind it and trust a pipeline with it',
    () =>
      plus(
        plus(plus(before, 'roles', newRole('big', ['deploy:write'])), 'service_accounts', {
          ...ref('new'),
          trust_policies: [policy()],
        }),
        'role_bindings',
        bound(account('new'), role('big')),
      ),
    'privilege-escalation',
  ],
  [
    'make a namespace, an account in it, and bind there',
    () =>
      plus(
        plus(plus(before, 'namespaces', { path: `${home}/lab` }), 'service_accounts', {
          namespace: `${home}/lab`,
          name: 'new',
          trust_policies: [policy()],
        }),
        'role_bindings',
        bound(
          { type: 'service_account', namespace: `${home}/lab`, name: 'new' },
          strongRef,
          `${home}/lab`,
        ),
      ),
    'privilege-escalation',
  ],
  [
    'trust a pipeline as an account that holds more',
    () => withAccount(before, 'powerful', { trust_policies: [policy()] }),
    'privilege-escalation',
  ],
  [
    'take its roles away and trust a pipeline with it at once',
    () =>
      withAccount(
        {
          ...before,
          role_bindings: (before.role_bindings ?? []).filter(
            ({ principal }) => (principal as Claims).name !== 'powerful',
          ),
        },
        'powerful',
        { trust_policies: [policy()] },
      ),
    'privilege-escalation',
    () => manager,
    true,
  ],
  [
    'wake an account that holds more',
    () => withAccount(before, 'asleep', { enabled: true }),
    'privilege-escalation',
  ],
  [
    'lift the ceiling of an account that holds more',
    () => withAccount(before, 'powerful', { max_token_ttl_seconds: 600 }),
    'privilege-escalation',
  ],
  [
    'put an account into a group that is bound to more',
    () => ({ ...before, groups: [{ ...ref('strong'), members: [ref('weak')] }] }),
    'privilege-escalation',
  ],
  [
    'make a group, fill it and bind it',
    () =>
      plus(
        plus(before, 'groups', { ...ref('gang'), members: [ref('weak')] }),
        'role_bindings',
        bound({ type: 'group', ...ref('gang') }),
      ),
    'privilege-escalation',
  ],
  [
    'put themselves into a group',
    () => ({ ...before, groups: [{ ...ref('strong'), members: [ref(String(self.name))] }] }),
    'self-modification',
  ],
  [
    'bind themselves',
    () =>
      plus(
        before,
        'role_bindings',
        bound(account(String(self.name)), role('reader'), `${home}/prod`),
      ),
    'self-modification',
  ],
  [
    'trust a pipeline as themselves',
    () => withAccount(before, self.name, { trust_policies: [policy()] }),
    'self-modification',
  ],
  [
    'change themselves',
    () => withAccount(before, self.name, { description: 'the best' }),
    'self-modification',
  ],
  [
    'delete an account that holds more',
    () => ({
      format: 1,
      namespace: home,
      service_accounts: (before.service_accounts ?? []).filter(({ name }) => name !== 'powerful'),
    }),
    'privilege-escalation',
    () => manager,
    true,
  ],
  [
    'delete a group that is bound to more',
    () => ({ format: 1, namespace: home, groups: [] }),
    'privilege-escalation',
    () => manager,
    true,
  ],
  [
    'as deployer bind what they hold, without the permission',
    () => plus(before, 'role_bindings', bound(account('weak'), strongRef, `${home}/prod`)),
    'permission-denied',
    () => deployer,
  ],
  [
    'as deployer bind owner',
    () => plus(before, 'role_bindings', bound(account('weak'), 'owner')),
    'privilege-escalation',
    () => deployer,
  ],
  [
    'as deployer make a role',
    () => plus(before, 'roles', newRole('big', ['deploy:read'])),
    'permission-denied',
    () => deployer,
  ],
  [
    'as deployer trust a manager',
    () => withAccount(before, self.name, { trust_policies: [policy()] }),
    'privilege-escalation',
    () => deployer,
  ],
  [
    'as deployer bring an issuer',
    () =>
      plus(before, 'issuers', {
        namespace: home,
        issuer: 'https://evil.test',
        jwks: { keys: [{ kty: 'EC' }] },
      }),
    'permission-denied',
    () => deployer,
  ],
  [
    'as deployer bring an API',
    () =>
      plus(before, 'resource_servers', {
        namespace: home,
        identifier: 'https://evil.test',
        name: 'x',
        permissions: ['a'],
      }),
    'permission-denied',
    () => deployer,
  ],
]

describe('nobody gets by a document what they do not get by a call', () => {
  for (const [name, document, slug, who = () => manager, prune = false] of attacks) {
    test(name, async () => {
      const { gateway } = fixture
      const { token } = who()
      const sent = { document: document(), prune, token }
      await expectProblem(await sendState(gateway, id, { ...sent, dryRun: true }), 403, slug)
      const applied = await sendState(gateway, id, { ...sent, dryRun: false, ifMatch: '"x"' })
      await expectProblem(applied, 403, slug)
      expect((await readState(gateway, id)).document).toEqual(before)
    })
  }

  test('what they hold they do hand out, by a document too', async () => {
    const { gateway } = fixture
    const document = plus(
      plus(before, 'service_accounts', { ...ref('fine'), trust_policies: [policy()] }),
      'role_bindings',
      bound(account('fine'), role('reader')),
    )
    const plan = await sendState(gateway, id, { document, dryRun: true, token: manager.token })
    expect(plan.status, await plan.clone().text()).toBe(200)
    const ifMatch = String(plan.headers.get('etag'))
    const done = await sendState(gateway, id, {
      document,
      dryRun: false,
      ifMatch,
      token: manager.token,
    })
    expect(done.status).toBe(200)
  })
})
