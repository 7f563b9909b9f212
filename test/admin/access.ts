import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { expectIssued } from '../support/expect.ts'
import type { Gateway } from '../support/gateway.ts'

export interface Place {
  readonly namespace: string
  readonly permissions: readonly string[]
  readonly bindings: readonly Record<string, unknown>[]
}

export interface Access {
  readonly service_account: Record<string, unknown>
  readonly obstacles: readonly string[]
  readonly resource_servers: readonly {
    readonly id: string
    readonly identifier: string
    readonly within_ceiling: boolean
    readonly obstacles: readonly string[]
    readonly namespaces: readonly Place[]
  }[]
}

/** Namespace → permissions. */
export type Told = Readonly<Record<string, readonly string[]>>

/** Asks for a token for an API, by secret. */
export function login(
  gateway: Gateway,
  { client_id, client_secret }: SecretAccount,
  resource: string,
): Promise<Response> {
  return gateway.token(
    { grant_type: 'client_credentials', resource },
    { headers: { authorization: basic(client_id, client_secret) } },
  )
}

interface Detail {
  readonly identifier: string
  readonly actions: readonly string[]
}

/** What an answered token carries and where; nothing where there is none to be had. */
export async function carriedBy(response: Response): Promise<Told> {
  if (response.status !== 200) {
    expect(response.status).toBe(400)
    return {}
  }
  const claims = decodeJwt((await expectIssued(response)).access_token)
  if (claims.namespace !== undefined) {
    return { [String(claims.namespace)]: String(claims.scope).split(' ') }
  }
  const details = claims.authorization_details as Detail[]
  return Object.fromEntries(details.map(({ identifier, actions }) => [identifier, actions]))
}

/** What a token for this API carries and where. */
export async function carried(
  gateway: Gateway,
  account: SecretAccount,
  resource: string,
): Promise<Told> {
  return carriedBy(await login(gateway, account, resource))
}

/** What effective access says that a token for this API carries, each permission at its outermost. */
export function counting(access: Access, identifier: string): Told {
  const places = access.resource_servers
    .filter((each) => each.identifier === identifier)
    .flatMap(({ namespaces }) => namespaces)
  const isBelow = (path: string, upper: string) => upper === '/' || path.startsWith(`${upper}/`)
  const outermost = places.map(({ namespace, permissions }): [string, readonly string[]] => [
    namespace,
    permissions.filter(
      (permission) =>
        !places.some(
          (upper) =>
            upper.namespace !== namespace &&
            isBelow(namespace, upper.namespace) &&
            upper.permissions.includes(permission),
        ),
    ),
  ])
  return Object.fromEntries(outermost.filter(([, permissions]) => permissions.length > 0))
}

/** Every binding of an answer. */
export function bindingsOf(access: Access): readonly Record<string, unknown>[] {
  return access.resource_servers.flatMap(({ namespaces }) =>
    namespaces.flatMap(({ bindings }) => bindings),
  )
}
