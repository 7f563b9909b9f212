import { basic } from '../support/clients.ts'
import { expectIssued } from '../support/expect.ts'
import type { Gateway } from '../support/gateway.ts'
import { type Made, maker } from '../support/maker.ts'

export interface ActorRole {
  readonly role_id: string
  readonly namespace: string
}

/** Somebody who manages: an account with a token for the admin API. */
export interface TestActor {
  readonly id: string
  readonly token: string
  /** The admin API as this actor. */
  call(method: string, path: string, body?: unknown, ifMatch?: string): Promise<Response>
}

/** Makes an account in a namespace with these roles, and logs it in. */
export async function makeActor(
  gateway: Gateway,
  namespace: string,
  roles: readonly ActorRole[],
  scope?: string,
): Promise<TestActor> {
  const account = await maker(gateway).create<
    Made & { readonly client_id: string; readonly client_secret: string }
  >('/service-accounts', {
    namespace,
    name: `actor-${Math.random().toString(36).slice(2)}`,
    client_credentials: {},
    role_bindings: roles,
    resource_server_ids: ['rs_admin'],
  })
  const { access_token: token } = await expectIssued(
    await gateway.token(
      { grant_type: 'client_credentials', resource: 'urn:gatehouse:admin', scope },
      { headers: { authorization: basic(account.client_id, account.client_secret) } },
    ),
  )
  return {
    id: account.id,
    token,
    call: (method, path, body, ifMatch) =>
      gateway.admin(method, path, body, { token, ...(ifMatch !== undefined && { ifMatch }) }),
  }
}

/** A binding of a built-in role. */
export function builtIn(name: 'owner' | 'deployer' | 'viewer', namespace: string): ActorRole {
  return { role_id: `role_${name}`, namespace }
}
