import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import type { Claims } from '../support/issuer.ts'
import {
  applyState,
  planState,
  readState,
  type StateDocument,
  sendState,
} from '../support/state.ts'
import { builtIn, makeActor } from './actors.ts'

let fixture: Fixture
let home: string
let id: string
let count = 0

beforeAll(async () => {
  fixture = await createFixture(await startGateway({ faultyDatabase: true }))
})

afterAll(() => fixture.gateway.close())

beforeEach(async () => {
  count += 1
  home = `/acme/home-${count}`
  id = (await fixture.make.namespace(home)).id
})

const accounts = (names: readonly string[], members: Claims = {}): StateDocument => ({
  format: 1,
  namespace: home,
  service_accounts: names.map((name) => ({ namespace: home, name, ...members })),
})

const names = async (): Promise<unknown[]> => {
  const { document } = await readState(fixture.gateway, id)
  return (document.service_accounts ?? []).map(({ name }) => name)
}

const events = async () => {
  const { rows } = await fixture.gateway.db.execute(
    `SELECT content FROM audit_events WHERE action = 'state.apply' AND outcome = 'done' ORDER BY at`,
  )
  return rows.map(({ content }) => JSON.parse(String(content)) as Claims)
}

test('needs a plan, this plan, of this document, for what there is now', async () => {
  const { gateway } = fixture
  const document = accounts(['one'])
  const { etag } = await planState(gateway, id, document)
  const send = (more: { ifMatch?: string; document?: unknown; prune?: boolean }) =>
    sendState(gateway, id, { document, dryRun: false, ...more })
  await expectProblem(await send({}), 428, 'precondition-required')
  await expectProblem(await send({ ifMatch: '*' }), 428, 'precondition-required')
  await expectProblem(await send({ ifMatch: '"x"' }), 412, 'precondition-failed')
  await expectProblem(
    await send({ ifMatch: etag, document: accounts(['two']) }),
    412,
    'precondition-failed',
  )
  await expectProblem(await send({ ifMatch: etag, prune: true }), 412, 'precondition-failed')
  // What is elsewhere in the tenant does not matter.
  await fixture.make.create('/service-accounts', { namespace: '/acme', name: `other-${count}` })
  const other = await planState(gateway, id, document)
  expect(other.etag).not.toBe(etag)
  await fixture.make.create('/service-accounts', { namespace: home, name: 'meanwhile' })
  await expectProblem(await send({ ifMatch: other.etag }), 412, 'precondition-failed')
  expect(await names()).toEqual(['meanwhile'])
})

test('what changes elsewhere in the tenant does not make a plan stale', async () => {
  const { gateway } = fixture
  const document = accounts(['one'])
  const { etag: ifMatch } = await planState(gateway, id, document)
  await fixture.make.create('/service-accounts', {
    namespace: '/acme/home-1',
    name: `away-${count}`,
  })
  const applied = await sendState(gateway, id, { document, dryRun: false, ifMatch })
  expect(applied.status).toBe(200)
})

test('one event for all of it, and nothing for nothing', async () => {
  const { gateway } = fixture
  const before = (await events()).length
  await applyState(gateway, id, accounts(['one', 'two']))
  await applyState(gateway, id, accounts(['one', 'two']))
  const left = (await events()).slice(before)
  expect(left).toHaveLength(1)
  expect(left[0]).toMatchObject({
    namespace: home,
    target: { type: 'namespace', id },
    details: {
      counts: { create: 2 },
      steps: [{ action: 'create', kind: 'service_account', key: { name: 'one' } }, {}],
    },
  })
})

test('deletes only where that is asked for, and says what it leaves alone', async () => {
  const { gateway } = fixture
  await applyState(gateway, id, accounts(['one', 'two']))
  const kept = await applyState(gateway, id, accounts(['one']))
  expect(kept).toMatchObject({
    counts: { delete: 0, unmanaged: 1 },
    unmanaged: [{ kind: 'service_account', key: { namespace: home, name: 'two' } }],
  })
  expect(await names()).toEqual(['one', 'two'])
  // A list that is left out is none of its business.
  await applyState(gateway, id, { format: 1, namespace: home, roles: [] }, { prune: true })
  expect(await names()).toEqual(['one', 'two'])
  await applyState(gateway, id, accounts(['one']), { prune: true })
  expect(await names()).toEqual(['one'])
})

test('changes what differs, by name, and tells from what to what', async () => {
  const { gateway } = fixture
  await applyState(gateway, id, accounts(['one'], { display_name: 'One' }))
  const ids = async () =>
    (
      await gateway.db.execute({
        sql: 'SELECT id FROM service_accounts WHERE namespace_id = ?',
        args: [id],
      })
    ).rows
  const was = await ids()
  const policy = policyP0(gateway.issuers.a.url)
  const plan = await applyState(
    gateway,
    id,
    accounts(['one'], { display_name: null, enabled: false, trust_policies: [policy] }),
  )
  expect(plan.steps).toMatchObject([
    {
      action: 'update',
      kind: 'service_account',
      pointer: '/service_accounts/0',
      changes: { display_name: ['One', null], enabled: [true, false] },
    },
    { action: 'create', kind: 'trust_policy', pointer: '/service_accounts/0/trust_policies/0' },
  ])
  expect(await ids()).toEqual(was)
})

test('of 50 at once that apply one plan, one does', async () => {
  const { gateway } = fixture
  const document = accounts(['one'])
  const { etag: ifMatch } = await planState(gateway, id, document)
  const before = (await events()).length
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => sendState(gateway, id, { document, dryRun: false, ifMatch })),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect([200, 412, 503]).toEqual(expect.arrayContaining([...new Set(statuses)]))
  expect((await events()).length).toBe(before + 1)
  expect(await names()).toEqual(['one'])
})

test('of 50 at once with plans of their own, the winner’s document is what there is', async () => {
  const { gateway } = fixture
  const documents = Array.from({ length: 50 }, (_, i) => accounts([`mine-${i}`, `too-${i}`]))
  const plans = await Promise.all(
    documents.map((document) => planState(gateway, id, document, { prune: true })),
  )
  const answers = await Promise.all(
    documents.map((document, i) =>
      sendState(gateway, id, {
        document,
        dryRun: false,
        prune: true,
        ifMatch: String(plans[i]?.etag),
      }),
    ),
  )
  const winners = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []))
  expect(winners).toHaveLength(1)
  expect(await names()).toEqual([`mine-${winners[0]}`, `too-${winners[0]}`])
})

test('a right that is taken away while a document waits does not count any more', async () => {
  const { gateway } = fixture
  const actor = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  const list = await gateway.admin('GET', `/role-bindings?service_account_id=${actor.id}`)
  const [binding] = ((await list.json()) as { data: { id: string }[] }).data
  const document = accounts(['late'])
  const { etag: ifMatch } = await planState(gateway, id, document, { token: actor.token })
  gateway.database.set('slow', {
    when: (body) => body.toLowerCase().includes('insert into \\"service_accounts\\"'),
    times: 1,
    delayMs: 1500,
  })
  const waiting = sendState(gateway, id, { document, dryRun: false, ifMatch, token: actor.token })
  await new Promise((resolve) => setTimeout(resolve, 600))
  const taken = await gateway.admin('DELETE', `/role-bindings/${binding?.id}`, undefined, {
    ifMatch: '"1"',
  })
  expect(taken.status).toBe(204)
  expect((await waiting).status).toBeGreaterThanOrEqual(403)
  expect(await names()).toEqual([])
})

test('a fault in the middle leaves all or nothing', async () => {
  const { gateway } = fixture
  const document = accounts(Array.from({ length: 300 }, (_, i) => `a-${i}`))
  const { etag: ifMatch } = await planState(gateway, id, document)
  const writing = (body: string) =>
    body.toLowerCase().includes('insert into \\"service_accounts\\"')
  const send = () => sendState(gateway, id, { document, dryRun: false, ifMatch })
  gateway.database.set('refuse', { when: writing, times: 1 })
  expect((await send()).status).toBe(503)
  expect(await names()).toEqual([])
  // The third statement of many says nonsense: all before it is taken back.
  gateway.database.set('alter', {
    when: writing,
    times: 1,
    alter: (body) => body.replace('UPDATE \\"namespaces\\"', 'UPDATE \\"nowhere\\"'),
  })
  expect((await send()).status).toBe(503)
  expect(await names()).toEqual([])
  gateway.database.set('lose-reply', { when: writing, times: 1 })
  expect((await send()).status).toBe(503)
  expect(await names()).toHaveLength(300)
  gateway.database.set('pass')
  await expectProblem(await send(), 412, 'precondition-failed')
})
