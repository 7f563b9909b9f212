import { expect } from 'vitest'
import { type ActorRole, builtIn, makeActor } from '../../admin/actors.ts'
import { policyP0 } from '../baseline.ts'
import type { SecretAccount } from '../callers.ts'
import { basic } from '../clients.ts'
import { expectIssued } from '../expect.ts'
import type { Fixture } from '../fixture.ts'
import type { Claims } from '../issuer.ts'
import type { Made } from '../maker.ts'
import type { Side } from './moves.ts'

/** Somebody who makes calls. */
export interface Actor {
  readonly id: string
  readonly token: string
  readonly role: string
}

/** A tenant of the model. */
export interface Party extends Side {
  readonly tenantId: string
  readonly issuerUrls: readonly string[]
  /** The first two may do most. */
  readonly actors: readonly Actor[]
}

const custom: Readonly<Record<string, readonly string[]>> = {
  binder: ['role-bindings:read', 'role-bindings:write', 'service-accounts:read', 'roles:read'],
  editor: ['roles:read', 'roles:write', 'groups:read', 'groups:write', 'service-accounts:read'],
  issuing: [
    'service-accounts:read',
    'service-accounts:write',
    'credentials:read',
    'credentials:write',
  ],
  trusting: ['service-accounts:read', 'trust-policies:read', 'trust-policies:write'],
  planner: ['namespaces:read', 'namespaces:write'],
}

interface Ground {
  readonly mark: string
  readonly path: string
  readonly project: string
  readonly server: Made
  readonly deploys: Made
  readonly issuerUrl: string
}

const makeActors = async (fixture: Fixture, ground: Ground): Promise<readonly Actor[]> => {
  const { gateway, make } = fixture
  const { mark, path, project, deploys } = ground
  const actor = async (role: string, home: string, roles: readonly ActorRole[]): Promise<Actor> => {
    const { id, token } = await makeActor(gateway, home, roles)
    return { id, token, role }
  }
  const customs: Actor[] = []
  for (const [name, permissions] of Object.entries(custom)) {
    const role = await make.create('/roles', {
      namespace: path,
      name: `${name}-${mark}`,
      resource_server_id: 'rs_admin',
      permissions,
    })
    const roles = [
      { role_id: role.id, namespace: path },
      { role_id: deploys.id, namespace: project },
    ]
    customs.push(await actor(name, path, roles))
  }
  return [
    await actor('owner', path, [builtIn('owner', path)]),
    await actor('owner below', project, [builtIn('owner', project)]),
    await actor('deployer', path, [builtIn('deployer', path)]),
    await actor('deployer below', path, [builtIn('deployer', project)]),
    await actor('viewer', path, [builtIn('viewer', path)]),
    await makeMember(fixture, ground),
    ...customs,
  ]
}

/** An owner of the project through a group alone. */
const makeMember = async ({ gateway, make }: Fixture, ground: Ground): Promise<Actor> => {
  const { mark, path, project } = ground
  const chiefs = await make.create('/groups', { namespace: path, name: `chiefs-${mark}` })
  await make.create('/role-bindings', {
    role_id: 'role_owner',
    namespace: project,
    principal: { type: 'group', id: chiefs.id },
  })
  const account = await make.create<SecretAccount>('/service-accounts', {
    namespace: path,
    name: `member-${mark}`,
    client_credentials: {},
  })
  const joined = await gateway.admin('PUT', `/groups/${chiefs.id}/members/${account.id}`)
  expect(joined.ok).toBe(true)
  const answer = await gateway.token(
    { grant_type: 'client_credentials', resource: 'urn:gatehouse:admin' },
    { headers: { authorization: basic(account.client_id, account.client_secret) } },
  )
  const { access_token: token } = await expectIssued(answer)
  return { id: account.id, token, role: 'member of an owning group' }
}

const furnish = async ({ gateway, make }: Fixture, ground: Ground): Promise<void> => {
  const { mark, path, project, server, deploys, issuerUrl } = ground
  const worker = (namespace: string, name: string) =>
    make.create<Made>('/service-accounts', {
      namespace,
      name: `${name}-${mark}`,
      client_credentials: {},
      trust_policies: [policyP0(issuerUrl)],
      role_bindings: [{ role_id: deploys.id, namespace }],
    })
  const workers = [await worker(path, 'worker'), await worker(project, 'project-worker')]
  const group = await make.create('/groups', { namespace: path, name: `group-${mark}` })
  const principal = { type: 'group', id: group.id }
  await make.create('/role-bindings', { role_id: deploys.id, namespace: project, principal })
  await make.create('/groups', { namespace: project, name: `other-${mark}` })
  const joined = await gateway.admin('PUT', `/groups/${group.id}/members/${workers[0]?.id}`)
  expect(joined.ok).toBe(true)
  for (const { id } of workers) {
    const named = { name: `token-${mark}`, resource_server_id: server.id }
    await make.create(`/service-accounts/${id}/tokens`, named)
  }
  const target = `https://hooks.example/${mark}`
  const hook = { namespace: path, channel: 'webhook', target, events: ['credential.expiring'] }
  await make.create('/notification-subscriptions', hook)
}

/** Founds a tenant with something of each kind, in which many may do something. */
export async function found(fixture: Fixture, mark: string, jwk: Claims): Promise<Party> {
  const { make } = fixture
  const path = `/${mark}`
  const tenant = await make.namespace(path)
  const project = `${path}/project-${mark}`
  await make.namespace(project)
  await make.namespace(`${project}/deep-${mark}`)
  const server = await make.resourceServer(path, `https://${mark}.test`)
  const deploys = await make.role(path, `deploys-${mark}`, server)
  const issuerUrl = `https://ci-${mark}.test`
  await make.issuer(issuerUrl, path, { jwks: { keys: [jwk] } })
  const ground: Ground = { mark, path, project, server, deploys, issuerUrl }
  const actors = await makeActors(fixture, ground)
  await furnish(fixture, ground)
  return {
    mark,
    path,
    tenantId: tenant.id,
    issuerUrls: [issuerUrl, `https://other-${mark}.test`],
    actors,
  }
}
