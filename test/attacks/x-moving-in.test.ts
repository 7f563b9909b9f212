import { expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { githubClaims, policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectProblem } from '../support/expect.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

const move = (by: TestActor, { id }: Made, path: string) =>
  by.call('POST', `/namespaces/${id}:move`, { path })

const details = async (answer: Response, status: number, slug: string): Promise<unknown> => {
  const { errors } = await expectProblem(answer, status, slug)
  return (errors as { detail: string }[]).map(({ detail }) => detail)
}

const demand = async ({ id }: Made): Promise<void> => {
  const { gateway } = house()
  const answer = await gateway.admin('PATCH', `/namespaces/${id}`, {
    widening_needs_approval: true,
  })
  expect(answer.status).toBe(200)
}

/** An account with a policy on issuer A, and an API of its own that it may have tokens for. */
async function makeVault(vault: string, namespace: string, trusted: string) {
  const { make, gateway } = house()
  const identifier = `https://${vault.slice(1)}-api.test`
  const api = await make.resourceServer(vault, identifier)
  const role = await make.role(vault, 'api-user', api)
  const url = gateway.issuers.a.url
  const issuer = await make.issuer(url, trusted)
  const robot = await make.create('/service-accounts', {
    namespace,
    name: 'robot',
    trust_policies: [policyP0(url)],
    role_bindings: [{ role_id: role.id, namespace }],
  })
  const exchange = async (key: TestKey) => {
    const answer = await gateway.token({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: gateway.issuers.a.mint(githubClaims(url), {}, key),
      client_id: String(robot.client_id),
      resource: identifier,
    })
    return answer.status
  }
  return { url, issuer, exchange, policies: robot.trust_policies as Made[] }
}

it('no move puts a policy under other keys', async () => {
  const { gateway, make } = house()
  await make.namespace('/vault')
  const prod = await make.namespace('/vault/prod')
  await make.namespace('/vault/staging')
  const vault = await makeVault('/vault', '/vault/prod', '/vault/prod')
  const { url, issuer, exchange, policies } = vault
  const evil = await makeEcKey('staging-key')
  const theirs = await make.issuer(url, '/vault/staging', { jwks: { keys: [evil.jwk] } })
  const owner = await makeActor(gateway, '/vault', [builtIn('owner', '/vault')])
  expect((await owner.call('DELETE', `/issuers/${issuer.id}`)).status).toBe(204)
  expect(
    await details(await move(owner, prod, '/vault/staging/prod'), 422, 'invalid-reference'),
  ).toEqual(policies.map(({ id }) => `trust-policies ${id} would come under ${theirs.id}`))
  expect(await exchange(evil)).toBe(400)
})

it('no move carries keys past the second owner whom a place demands', async () => {
  const { gateway, make } = house()
  await make.namespace('/safe')
  const prod = await make.namespace('/safe/prod')
  const app = await make.namespace('/safe/prod/app')
  await make.namespace('/safe/staging')
  const y = await make.namespace('/safe/staging/y')
  const { exchange } = await makeVault('/safe', '/safe/prod/app', '/safe/prod')
  await demand(prod)
  // Owns both, and nothing above: the demand holds them.
  const owner = await makeActor(gateway, '/safe', [
    builtIn('owner', '/safe/prod'),
    builtIn('owner', '/safe/staging'),
  ])
  const evil = await makeEcKey('mine')
  const mine = await owner.call('POST', '/issuers', {
    namespace: '/safe/staging/y',
    name: 'mine',
    issuer: 'https://mine.test',
    jwks: { keys: [evil.jwk] },
  })
  expect(mine.status).toBe(201)
  const { id } = (await mine.json()) as Made
  const carried = await move(owner, y, '/safe/prod/y')
  expect(await details(carried, 409, 'approval-required')).toEqual([`issuers ${id}`])
  // What is trusted already stays within the demand wherever it goes below it.
  await make.namespace('/safe/prod/teams')
  expect((await move(owner, app, '/safe/prod/teams/app')).status).toBe(200)
  // Switched off it may come: switching it on again waits.
  await gateway.admin('PATCH', `/issuers/${id}`, { enabled: false })
  expect((await move(owner, y, '/safe/prod/y')).status).toBe(200)
  expect((await owner.call('PATCH', `/issuers/${id}`, { enabled: true })).status).toBe(202)
  expect(await exchange(evil)).toBe(400)
})

it('no move carries policies past the second owner whom a place demands', async () => {
  const { gateway, make } = house()
  const store = await make.namespace('/store')
  const prod = await make.namespace('/store/prod')
  await make.namespace('/store/other')
  const x = await make.namespace('/store/other/x')
  const { policies } = await makeVault('/store', '/store/other/x', '/store')
  await demand(prod)
  const owner = await makeActor(gateway, '/store', [
    builtIn('owner', '/store/prod'),
    builtIn('owner', '/store/other'),
  ])
  const told = policies.map(({ id }) => `trust-policies ${id}`)
  const carry = async () => details(await move(owner, x, '/store/prod/x'), 409, 'approval-required')
  expect(await carry()).toEqual(told)
  // A demand of their own on what is carried excuses nothing: they made it after what it holds.
  await demand(x)
  expect(await carry()).toEqual(told)
  // One above both places has judged all of this.
  await demand(store)
  expect((await move(owner, x, '/store/prod/x')).status).toBe(200)
})

it('no move hands out what only a group has there', async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/p1')
  const x = await make.namespace('/acme/p1/x')
  await make.namespace('/acme/p2')
  const api = await make.resourceServer('/', 'https://platform.test')
  const role = await make.role('/', 'platform-user', api)
  const group = await make.create('/groups', { namespace: '/acme', name: 'ci' })
  const job = await make.create('/service-accounts', {
    namespace: '/acme/p2',
    name: 'job',
    groups: [group.id],
  })
  const bound = await make.create('/role-bindings', {
    role_id: role.id,
    namespace: '/acme/p1/x',
    principal: { type: 'group', id: group.id },
  })
  const mover = await makeActor(gateway, '/acme', [
    builtIn('owner', '/acme/p1'),
    builtIn('owner', '/acme/p2'),
  ])
  const secret = await mover.call('POST', `/service-accounts/${job.id}/secrets`, {})
  const { client_secret: clientSecret } = (await secret.json()) as Made
  expect(await details(await move(mover, x, '/acme/p2/x'), 422, 'invalid-reference')).toEqual([
    `role-bindings ${bound.id} would come under ${job.id}`,
  ])
  const answer = await gateway.token(
    { grant_type: 'client_credentials', resource: 'https://platform.test' },
    { headers: { authorization: basic(String(job.client_id), String(clientSecret)) } },
  )
  expect(await answer.json()).toMatchObject({ error: 'invalid_target' })
  // Without that member it goes.
  await gateway.admin('DELETE', `/groups/${group.id}/members/${job.id}`)
  expect((await move(mover, x, '/acme/p2/x')).status).toBe(200)
})
