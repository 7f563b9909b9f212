import { expect } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { type RegisteredKey, registerKey } from './assertion.ts'
import { policyP0 } from './baseline.ts'
import type { SecretAccount } from './callers.ts'
import type { Fixture } from './fixture.ts'
import type { Claims } from './issuer.ts'
import { makeEcKey, type TestKey } from './keys.ts'
import type { Made } from './maker.ts'
import { makeToken, type NamedToken } from './named-tokens.ts'

/** A tenant with one object of every kind, and an account that can get in by every way. */
export interface Tenant {
  readonly path: string
  readonly objects: Readonly<Record<Kind, Made>>
  /** Has a policy on F1, a secret, a key and a named token. */
  readonly account: SecretAccount
  readonly key: TestKey
  readonly token: NamedToken
  /** A public key that nobody has registered. */
  readonly another: Claims
  /** Its owner, logged in. */
  readonly owner: TestActor
}

type Kind =
  | 'namespace'
  | 'below'
  | 'server'
  | 'role'
  | 'issuer'
  | 'binding'
  | 'policy'
  | 'secret'
  | 'key'
  | 'token'
  | 'subscription'
  /** Robot is in it, and it has the role that robot has itself. */
  | 'group'
  | 'groupBinding'
  /** An account in no group. */
  | 'outsider'
  | 'change'
  | 'code'

/** A policy that waits for another owner, in a namespace below that demands one. */
const makeChange = async ({ gateway, make }: Fixture, path: string): Promise<Made> => {
  const { id } = await make.namespace(`${path}/watched`)
  const account = await make.create('/service-accounts', {
    namespace: `${path}/watched`,
    name: 'robot',
  })
  const demand = { widening_needs_approval: true }
  expect((await gateway.admin('PATCH', `/namespaces/${id}`, demand)).status).toBe(200)
  const policies = `/service-accounts/${account.id}/trust-policies`
  // By somebody who has made no other owner: those could not approve it.
  const asker = await makeActor(gateway, `${path}/watched`, [builtIn('owner', `${path}/watched`)])
  const left = await asker.call('POST', policies, policyP0(gateway.issuers.a.url))
  expect(left.status).toBe(202)
  return (await left.json()) as Made
}

const first = async ({ gateway }: Fixture, path: string): Promise<Made> => {
  const response = await gateway.admin('GET', path)
  const { data } = (await response.json()) as { data: Made[] }
  expect(data[0], path).toBeDefined()
  return data[0] as Made
}

/** Makes such a tenant. */
export async function makeTenant(fixture: Fixture, path: string): Promise<Tenant> {
  const { gateway, make } = fixture
  const { a } = gateway.issuers
  const namespace = await make.namespace(path)
  const below = await make.namespace(`${path}/below`)
  const server = await make.resourceServer(path, `https://${path.slice(1)}.test`)
  const role = await make.role(path, 'user', server)
  const issuer = await make.issuer(a.url, path)
  const account = await make.create<SecretAccount>('/service-accounts', {
    namespace: path,
    name: 'robot',
    trust_policies: [policyP0(a.url)],
    client_credentials: {},
    role_bindings: [{ role_id: role.id, namespace: path }],
  })
  const key = await makeEcKey('k1')
  const registered: RegisteredKey = await registerKey(gateway, account.id, { jwk: key.jwk })
  const token = await makeToken(fixture, account, { resource_server_id: server.id })
  const subscription = await make.create('/notification-subscriptions', {
    namespace: path,
    channel: 'webhook',
    target: 'https://hooks.example/in',
    events: ['credential.expiring'],
  })
  const group = await make.create('/groups', { namespace: path, name: 'robots' })
  const groupBinding = await make.create('/role-bindings', {
    role_id: role.id,
    namespace: path,
    principal: { type: 'group', id: group.id },
  })
  const member = `/groups/${group.id}/members/${account.id}`
  expect((await gateway.admin('PUT', member)).status).toBe(204)
  const code = await make.create('/pairing-codes', { service_account_id: account.id })
  const outsider = await make.create('/service-accounts', { namespace: path, name: 'outsider' })
  const of = `/service-accounts/${account.id}`
  return {
    path,
    objects: {
      namespace,
      below,
      server,
      role,
      issuer,
      binding: await first(fixture, `/role-bindings?namespace=${path}`),
      policy: await first(fixture, `${of}/trust-policies`),
      secret: await first(fixture, `${of}/secrets`),
      key: registered,
      token,
      subscription,
      group,
      groupBinding,
      outsider,
      code,
      change: await makeChange(fixture, path),
    },
    account,
    key,
    token,
    another: { ...(await makeEcKey('another')).jwk },
    owner: await makeActor(gateway, path, [builtIn('owner', path)]),
  }
}
