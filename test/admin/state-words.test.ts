import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import {
  applyState,
  planState,
  readState,
  type StateDocument,
  sendState,
  stateOf,
} from '../support/state.ts'
import { builtIn, makeActor } from './actors.ts'

const home = '/acme/ops'

let fixture: Fixture
let id: string

const ref = (name: string) => ({ namespace: home, name })

const filled = async (): Promise<StateDocument> => {
  const { document } = await readState(fixture.gateway, id)
  const account = { type: 'service_account', ...ref('alice') }
  const group = { type: 'group', ...ref('crew') }
  return {
    ...document,
    service_accounts: [...(document.service_accounts ?? []), ref('alice')],
    groups: [{ ...ref('crew'), members: [ref('alice')] }],
    role_bindings: [account, group].map((principal) => ({
      role: 'viewer',
      namespace: home,
      principal,
    })),
  }
}

beforeAll(async () => {
  fixture = await createFixture(await startGateway())
  await fixture.make.namespace(home)
  id = await stateOf(fixture.gateway, home)
})

afterAll(() => fixture.gateway.close())

test('a namespace elsewhere is pointed at by the member that says so', async () => {
  const document = {
    format: 1,
    namespace: home,
    namespaces: [{ path: `${home}/a` }, { path: '/globex/b' }],
  }
  const answer = await sendState(fixture.gateway, id, { document, dryRun: true })
  const { errors } = await expectProblem(answer, 422, 'validation-failed')
  expect(errors).toEqual([expect.objectContaining({ pointer: '/namespaces/1/path' })])
})

test('a plan tells who is in a new group, and what is lost with what goes', async () => {
  const { gateway } = fixture
  const { document: empty } = await readState(gateway, id)
  const { steps: made } = await applyState(gateway, id, await filled())
  expect(made.find(({ kind }) => kind === 'group')?.changes).toEqual({
    members: [null, [ref('alice')]],
  })
  const lost = async (document: StateDocument) =>
    (await planState(gateway, id, document, { prune: true })).steps.map(
      ({ action, kind, warnings }) => [action, kind, warnings],
    )
  const { document: full } = await readState(gateway, id)
  // Who stays loses what the group had; who goes does not break.
  const withoutGroup = full.role_bindings?.filter(
    ({ principal }) => (principal as { type: string }).type !== 'group',
  )
  expect(await lost({ ...full, groups: [], role_bindings: withoutGroup ?? [] })).toEqual([
    ['delete', 'group', ['permanent', 'roles_lost', 'others_break']],
    ['delete', 'role_binding', ['permanent', 'roles_lost', 'others_break']],
  ])
  expect(await lost({ ...empty, groups: [], service_accounts: [], role_bindings: [] })).toEqual([
    ['delete', 'group', ['permanent', 'roles_lost']],
    ['delete', 'service_account', ['permanent', 'roles_lost']],
    ['delete', 'role_binding', ['permanent', 'roles_lost']],
    ['delete', 'role_binding', ['permanent', 'roles_lost']],
  ])
})

test('an issuer that goes breaks the policies that stay', async () => {
  const { gateway } = fixture
  const tenant = await stateOf(gateway, '/acme')
  const { document } = await readState(gateway, tenant)
  const plan = await planState(gateway, tenant, { ...document, issuers: [] }, { prune: true })
  const warned = plan.steps.map(({ action, kind, warnings }) => [action, kind, warnings])
  expect(warned).toContainEqual(['delete', 'issuer', ['permanent', 'others_break']])
})

test('what a document leaves out is refused in words, and pointed at by its list', async () => {
  const { gateway } = fixture
  const self = await makeActor(gateway, home, [builtIn('owner', home)])
  const { document } = await readState(gateway, id)
  expect(document.role_bindings?.length).toBeGreaterThan(0)
  const sent = { document: { ...document, role_bindings: [] }, dryRun: true, prune: true }
  const answer = await sendState(gateway, id, { ...sent, token: self.token })
  const { detail, errors } = await expectProblem(answer, 403, 'self-modification')
  expect(detail).not.toContain('{')
  expect(detail).toMatch(
    /^binding at \/acme\/ops of role owner to service account \S+ in \/acme\/ops: an account/,
  )
  expect(errors).toEqual([{ pointer: '/role_bindings', detail }])
})
