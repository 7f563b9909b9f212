import { expect } from 'vitest'
import type { AdminOptions } from './clients.ts'
import type { Gateway } from './gateway.ts'
import type { Claims } from './issuer.ts'

/** Whatever the admin API has made. */
export interface Made {
  readonly id: string
  readonly [member: string]: unknown
}

export const PERMISSIONS = ['deploy:read', 'deploy:write'] as const

export interface Maker {
  /** Creates an object and insists on 201. */
  create<T extends Made = Made>(path: string, body: unknown, options?: AdminOptions): Promise<T>
  namespace(path: string): Promise<Made>
  resourceServer(namespace: string, identifier: string, members?: Claims): Promise<Made>
  /** A role with all permissions of a resource server, unless `members` names fewer. */
  role(namespace: string, name: string, server: Made, members?: Claims): Promise<Made>
  issuer(url: string, namespace: string, members?: Claims): Promise<Made>
}

/** Makes objects through the admin API, as root. */
export function maker(gateway: Gateway): Maker {
  const create: Maker['create'] = async <T extends Made>(
    path: string,
    body: unknown,
    options?: AdminOptions,
  ): Promise<T> => {
    const response = await gateway.admin('POST', path, body, options)
    const answer = (await response.json()) as T
    expect([response.status, answer], `POST ${path}`).toEqual([201, expect.anything()])
    return answer
  }
  return {
    create,
    namespace: (path) =>
      create('/namespaces', { path, kind: 'company', display_name: path.slice(1) }),
    resourceServer: (namespace, identifier, members) =>
      create('/resource-servers', {
        namespace,
        identifier,
        name: identifier,
        permissions: PERMISSIONS,
        ...members,
      }),
    role: (namespace, name, server, members) =>
      create('/roles', {
        namespace,
        name,
        resource_server_id: server.id,
        permissions: server.permissions,
        ...members,
      }),
    issuer: (issuer, namespace, members) =>
      create('/issuers', { namespace, name: issuer, issuer, preset: null, ...members }),
  }
}
