import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { githubClaims, policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { decide, expectLeft, makeWatched, type Watched, wider } from '../support/four-eyes.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()
let watched: Watched
beforeAll(async () => {
  watched = await makeWatched(house(), '/vault')
})

const withToken = (id: string, token: string): TestActor => ({
  id,
  token,
  call: (method, path, body, ifMatch) =>
    house().gateway.admin(method, path, body, {
      token,
      ...(ifMatch !== undefined && { ifMatch }),
    }),
})

const login = async (account: Made): Promise<TestActor> => {
  const { access_token: token } = await expectIssued(
    await house().gateway.token(
      { grant_type: 'client_credentials', resource: 'urn:gatehouse:admin' },
      {
        headers: { authorization: basic(String(account.client_id), String(account.client_secret)) },
      },
    ),
  )
  return withToken(account.id, token)
}

let count = 0
// It was there before, and the asker has its secret: a CI job of his, say.
const accomplice = (members: object = {}) =>
  house().make.create('/service-accounts', {
    namespace: '/vault',
    name: `ci-${count++}`,
    client_credentials: {},
    resource_server_ids: ['rs_admin'],
    ...members,
  })

const ask = async (asker: TestActor, policies = watched.policies, issuer = watched.issuer) =>
  expectLeft(await asker.call('POST', policies, wider(issuer, { name: `wish-${count++}` })))

const expectSameHand = async (approver: TestActor, change: Made) => {
  await expectProblem(await decide(approver, change, 'approve'), 403, 'self-modification')
  // Another's hand is free, so it is not that nobody could.
  expect((await decide(watched.second, change, 'reject')).status).toBe(200)
}

const apply = async (actor: TestActor, namespaceId: string, members: object) => {
  const body = { format: 1, namespace: '/vault', ...members }
  const path = `/namespaces/${namespaceId}:apply`
  const planned = await actor.call('POST', `${path}?dry_run=true`, body)
  const tag = planned.headers.get('etag') ?? ''
  const applied = await actor.call('POST', `${path}?dry_run=false`, body, tag)
  expect([planned.status, applied.status]).toEqual([200, 200])
}

const bindingOf = (role: string, principal: object) => ({
  role: { namespace: '/', name: role, resource_server: 'urn:gatehouse:admin' },
  namespace: '/vault',
  principal: { namespace: '/vault', ...principal },
})

describe('the same hand is seen', () => {
  it('behind an account bound by itself, or through a group it was in before', async () => {
    const group = await house().make.create('/groups', { namespace: '/vault', name: 'jobs' })
    const [alone, grouped] = [await accomplice(), await accomplice({ groups: [group.id] })]
    for (const principal of [
      { type: 'service_account', id: alone.id },
      { type: 'group', id: group.id },
    ]) {
      const body = { role_id: 'role_owner', namespace: '/vault', principal }
      expect((await watched.asker.call('POST', '/role-bindings', body)).status).toBe(201)
    }
    const change = await ask(watched.asker)
    for (const ci of [alone, grouped]) {
      const answer = await decide(await login(ci), change, 'approve')
      await expectProblem(answer, 403, 'self-modification')
    }
    expect((await decide(watched.second, change, 'reject')).status).toBe(200)
  })

  it('behind one that a document bound, directly or by its group, or put into one', async () => {
    const { make } = house()
    const group = await make.create('/groups', { namespace: '/vault', name: 'of-document' })
    const ready = await make.create('/groups', { namespace: '/vault', name: 'ready' })
    await make.create('/role-bindings', {
      role_id: 'role_owner',
      namespace: '/vault',
      principal: { type: 'group', id: ready.id },
    })
    const [alone, member, joined] = [
      await accomplice(),
      await accomplice({ groups: [group.id] }),
      await accomplice(),
    ]
    await apply(watched.asker, watched.namespace.id, {
      groups: [
        {
          namespace: '/vault',
          name: 'ready',
          members: [{ namespace: '/vault', name: joined.name }],
        },
      ],
      role_bindings: [
        bindingOf('owner', { type: 'service_account', name: alone.name }),
        bindingOf('owner', { type: 'group', name: 'of-document' }),
      ],
    })
    for (const ci of [alone, member, joined]) {
      await expectSameHand(await login(ci), await ask(watched.asker))
    }
  })

  it('behind who asks: as a deployer whom the approver made one by a document or a role', async () => {
    const { make } = house()
    const byDocument = await accomplice()
    await apply(watched.asker, watched.namespace.id, {
      role_bindings: [bindingOf('deployer', { type: 'service_account', name: byDocument.name })],
    })
    await expectSameHand(watched.asker, await ask(await login(byDocument)))
    const role = await make.create('/roles', {
      namespace: '/vault',
      name: 'reader',
      resource_server_id: 'rs_admin',
      permissions: ['service-accounts:read', 'trust-policies:read'],
    })
    const byRole = await accomplice({
      role_bindings: [{ role_id: role.id, namespace: '/vault' }],
    })
    const permissions = ['service-accounts:read', 'trust-policies:read', 'trust-policies:write']
    const grown = await watched.asker.call('PATCH', `/roles/${role.id}`, { permissions }, '"1"')
    expect(grown.status).toBe(200)
    await expectSameHand(watched.asker, await ask(await login(byRole)))
  })

  it('behind a puppet of a root account, which its tenant knows nothing of', async () => {
    const { gateway } = house()
    const guest = await makeActor(gateway, '/', [builtIn('owner', '/vault')])
    const made = await guest.call('POST', '/service-accounts', {
      namespace: '/vault',
      name: 'sock',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/vault')],
      resource_server_ids: ['rs_admin'],
    })
    expect(made.status).toBe(201)
    await expectSameHand(await login((await made.json()) as Made), await ask(guest))
  })

  it('behind a member from below of a group that owns above: that counts for nothing', async () => {
    const { gateway, make } = house()
    await make.namespace('/realm')
    const place = await make.namespace('/realm/prod')
    const issuer = await make.issuer(gateway.issuers.a.url, '/realm/prod')
    const robot = await make.create('/service-accounts', {
      namespace: '/realm/prod',
      name: 'robot',
    })
    const admins = await make.create('/groups', { namespace: '/realm', name: 'admins' })
    await make.create('/role-bindings', {
      role_id: 'role_owner',
      namespace: '/realm',
      principal: { type: 'group', id: admins.id },
    })
    const asker = await makeActor(gateway, '/realm/prod', [builtIn('owner', '/realm/prod')])
    await gateway.admin('PUT', `/groups/${admins.id}/members/${asker.id}`)
    const demand = { widening_needs_approval: true }
    expect((await asker.call('PATCH', `/namespaces/${place.id}`, demand)).status).toBe(200)
    const made = await asker.call('POST', '/service-accounts', {
      namespace: '/realm/prod',
      name: 'sock',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/realm/prod')],
      resource_server_ids: ['rs_admin'],
    })
    expect(made.status).toBe(201)
    const puppet = await login((await made.json()) as Made)
    const change = await ask(asker, `/service-accounts/${robot.id}/trust-policies`, issuer)
    await expectProblem(await decide(puppet, change, 'approve'), 403, 'self-modification')
  })

  it.each([
    ['short', 1],
    ['long', 60],
  ])(
    'behind a %s policy that the asker wrote for the approver, above the demand',
    async (_, size) => {
      const { gateway, make } = house()
      const { url } = gateway.issuers.a
      const top = `/hold-${size}`
      const prod = `${top}/prod`
      await make.namespace(top)
      const place = await make.namespace(prod)
      await make.issuer(url, top)
      const robot = await make.create('/service-accounts', { namespace: prod, name: 'robot' })
      const roles = [builtIn('deployer', top), builtIn('owner', prod)]
      const asker = await makeActor(gateway, top, roles)
      const approver = await make.create('/service-accounts', {
        namespace: top,
        name: 'second',
        role_bindings: [builtIn('owner', prod)],
      })
      const demand = { widening_needs_approval: true }
      expect((await gateway.admin('PATCH', `/namespaces/${place.id}`, demand)).status).toBe(200)
      const { bound_claims: claims, ...policy } = policyP0(url)
      const values = Array.from({ length: size }, (_each, i) => `${i}`.padEnd(400, 'x'))
      const made = await asker.call('POST', `/service-accounts/${approver.id}/trust-policies`, {
        ...policy,
        bound_claims: { ...(claims as object), ref: { any_of: ['refs/heads/main', ...values] } },
      })
      expect(made.status).toBe(201)
      const { access_token: token } = await expectIssued(
        await gateway.token({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: gateway.issuers.a.mint(githubClaims(url)),
          client_id: String(approver.client_id),
          resource: 'urn:gatehouse:admin',
        }),
      )
      const change = await expectLeft(
        await asker.call('POST', `/service-accounts/${robot.id}/trust-policies`, policyP0(url)),
      )
      const answer = await decide(withToken(approver.id, token), change, 'approve')
      await expectProblem(answer, 403, 'self-modification')
    },
  )
})
