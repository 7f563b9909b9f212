import { expect, it } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { type EventAnswer, misspelt, searchTrail } from '../support/audit-trail.ts'
import { policyP0 } from '../support/baseline.ts'
import { houseRows, sendRow } from '../support/battery.ts'
import { decide, makeWatched } from '../support/four-eyes.ts'
import { makeEcKey } from '../support/keys.ts'
import { applyState } from '../support/state.ts'
import { makeTenant } from '../support/tenant.ts'

// The single calls of a tenant are asked in u-audit-complete.test.ts.
const house = useHouse()

/** What no event may have lost, and none may have renamed. */
const expectWords = (events: readonly EventAnswer[], actions: readonly string[]) => {
  const done = events.filter(({ outcome }) => outcome === 'done')
  expect(done.map(({ action }) => action)).toEqual(expect.arrayContaining([...actions]))
  expect(done.map(({ action, details }) => [action, ...misspelt(details)])).toEqual(
    done.map(({ action }) => [action]),
  )
}

const claimsOf = (url: string) => {
  const policy = policyP0(url)
  return { ...policy, bound_claims: { ...(policy.bound_claims as object), projectId: '7' } }
}

it('what is made at once is told in the words of the API, claims in those of their issuer', async () => {
  const { gateway } = house()
  const { path, owner, objects, another } = await makeTenant(house(), '/initech')
  const made = await owner.call('POST', '/service-accounts', {
    namespace: path,
    name: 'whole',
    trust_policies: [claimsOf(gateway.issuers.a.url)],
    client_credentials: {},
    keys: [{ jwk: another }],
    groups: [objects.group.id],
    role_bindings: [{ role_id: objects.role.id, namespace: path }],
  })
  expect(made.status, await made.clone().text()).toBe(201)
  const stated = {
    namespace: path,
    name: 'stated',
    max_token_ttl_seconds: 600,
    trust_policies: [claimsOf(gateway.issuers.a.url)],
  }
  const document = { format: 1, namespace: path, service_accounts: [stated] }
  await applyState(gateway, objects.namespace.id, document, { token: owner.token })
  const again = { ...document, service_accounts: [{ ...stated, display_name: 'Stated' }] }
  await applyState(gateway, objects.namespace.id, again, { token: owner.token })
  const policies = `/service-accounts/${objects.outsider.id}/trust-policies`
  const policy = await owner.call('POST', policies, claimsOf(gateway.issuers.a.url))
  expect(policy.status, await policy.clone().text()).toBe(201)
  const events = await searchTrail(owner)
  expectWords(events, ['service-accounts.create', 'state.apply', 'trust-policies.create'])
  const told = events.find(({ action, details }) => action.startsWith('trust') && details?.name)
  expect(told?.details).toMatchObject({ bound_claims: { projectId: '7' } })
})

it('what waits for another owner is told in the words of the API', async () => {
  const { path, namespace, policies, issuer, asker, second } = await makeWatched(
    house(),
    '/watched',
  )
  const url = 'https://more.example'
  const { jwk } = await makeEcKey('more')
  const asked = [
    await asker.call('POST', policies, { ...claimsOf(String(issuer.issuer)), name: 'more' }),
    await asker.call('POST', '/issuers', {
      namespace: path,
      name: 'more',
      issuer: url,
      jwks: { keys: [jwk] },
    }),
    await asker.call('PATCH', `/issuers/${issuer.id}`, { jwks: { keys: [jwk] } }),
    await asker.call('PATCH', `/namespaces/${namespace.id}`, { widening_needs_approval: false }),
  ]
  for (const answer of asked) {
    expect(answer.status, await answer.clone().text()).toBe(202)
    const change = (await answer.json()) as Parameters<typeof decide>[1]
    const events = await searchTrail(second, { target_id: change.id })
    expect(events[0]?.details?.wanted).not.toEqual({})
    const decided = await decide(second, change, 'approve')
    expect(decided.status, await decided.clone().text()).toBe(200)
  }
  const events = await searchTrail(second)
  const actions = ['trust-policies.create', 'issuers.create', 'issuers.update', 'namespaces.update']
  expectWords(events, [...actions, 'pending-changes.approve'])
  const waiting = events.find(({ details }) => details?.pending_action === 'trust-policies.create')
  expect(waiting?.details?.wanted).toMatchObject({
    bound_claims: { projectId: '7' },
    max_token_ttl_seconds: null,
  })
})

it('what only an owner of the house does is told in the words of the API', async () => {
  const { gateway } = house()
  const root = await makeActor(gateway, '/', [builtIn('owner', '/')])
  const rows = (await houseRows(house())).filter(({ route }) => !route.endsWith(':revoke'))
  for (const row of rows) {
    expect((await sendRow(gateway, row, { token: root.token })).status).toBeLessThan(300)
  }
  expectWords(await searchTrail(root), ['root-accounts.create', 'root-accounts.delete'])
})
