import { expect } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { basic } from './clients.ts'
import { expectIssued } from './expect.ts'
import type { Fixture } from './fixture.ts'
import type { Gateway } from './gateway.ts'
import type { Made } from './maker.ts'
import { snapshot } from './snapshot.ts'
import type { Tenant } from './tenant.ts'
import { writesTo } from './tenant-writes.ts'

/** One good call of a route that changes something. */
export interface Row {
  /** `METHOD /path/*`: ids are stars. */
  readonly route: string
  readonly method: string
  /** The whole path. */
  readonly path: string
  readonly body: unknown
}

/** Makes `METHOD /path/*` of a route, whether its parameters are written `{id}` or `:id`. */
export const plainRoute = (method: string, path: string): string =>
  `${method} ${path.replace(/\{[a-z_]+\}/g, '*').replace(/\/:[A-Za-z_]+/g, '/*')}`

/** The good calls of a tenant's owner. */
export function tenantRows(tenant: Tenant): readonly Row[] {
  return Object.entries(writesTo(tenant)).map(([route, [path, body]]) => {
    const [method = '', shape = ''] = route.split(' ')
    const full = `/admin/v1${path}`
    return { route: plainRoute(method, `/admin/v1${shape}`), method, path: full, body }
  })
}

/** The good calls that only an owner of the house makes. */
export async function houseRows({ gateway, make }: Fixture): Promise<readonly Row[]> {
  const keys = (await (await gateway.admin('GET', '/signing-keys')).json()) as {
    data: { kid: string }[]
  }
  const account = await make.create<Made & { client_id: string }>('/service-accounts', {
    namespace: '/',
    name: `house-${Math.random().toString(36).slice(2)}`,
  })
  const row = (
    method: string,
    shape: string,
    rest: { path?: string; body?: unknown } = {},
  ): Row => {
    const { path = shape, body } = rest
    return { route: plainRoute(method, shape), method, path, body }
  }
  const key = `/admin/v1/signing-keys/${keys.data[0]?.kid}:revoke`
  return [
    row('POST', '/api/service-accounts', { body: { name: 'root robot' } }),
    row('DELETE', '/api/service-accounts/{client_id}', {
      path: `/api/service-accounts/${account.client_id}`,
    }),
    row('POST', '/admin/v1/signing-keys:rotate', { body: {} }),
    // The last, since it ends every token.
    row('POST', '/admin/v1/signing-keys/{kid}:revoke', { path: key }),
  ]
}

/** Tokens of those who may not, and of the one who may. */
export interface Callers {
  readonly owner: string
  readonly viewer: string
  /** An owner whose token is for reading. */
  readonly reader: string
  /** An owner who was disabled after it got its token. */
  readonly disabled: string
  /** An owner's token for another API. */
  readonly elsewhere: string
}

const reading = (permissions: readonly string[]): string =>
  permissions.filter((name) => name.endsWith(':read')).join(' ')

/** Makes the callers of a battery in one namespace. */
export async function makeCallersIn(
  { gateway, make, resourceServers, roles }: Fixture,
  namespace: string,
  api = { identifier: String(resourceServers.api1.identifier), role: roles.api1 },
): Promise<Callers> {
  const owns = [builtIn('owner', namespace)]
  const role = (await (await gateway.admin('GET', '/roles/role_owner')).json()) as {
    permissions: string[]
  }
  const [owner, viewer, reader, disabled] = await Promise.all([
    makeActor(gateway, namespace, owns),
    makeActor(gateway, namespace, [builtIn('viewer', namespace)]),
    makeActor(gateway, namespace, owns, reading(role.permissions)),
    makeActor(gateway, namespace, owns),
  ])
  const path = `/service-accounts/${disabled.id}`
  expect((await gateway.admin('PATCH', path, { enabled: false })).status).toBe(200)
  const both = await make.create<Made & { client_id: string; client_secret: string }>(
    '/service-accounts',
    {
      namespace,
      name: `both-${Math.random().toString(36).slice(2)}`,
      client_credentials: {},
      role_bindings: [...owns, { role_id: api.role.id, namespace }],
    },
  )
  const answer = await gateway.token(
    { grant_type: 'client_credentials', resource: api.identifier },
    { headers: { authorization: basic(both.client_id, both.client_secret) } },
  )
  return {
    owner: owner.token,
    viewer: viewer.token,
    reader: reader.token,
    disabled: disabled.token,
    elsewhere: (await expectIssued(answer)).access_token,
  }
}

export interface Sending {
  readonly token?: string | null
  /** Left out: the version that the object has. */
  readonly ifMatch?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Takes the place of the body, as it is. */
  readonly text?: string
  readonly method?: string
  readonly path?: string
  readonly body?: unknown
}

/** Sends a row, changed. */
export function sendRow(gateway: Gateway, row: Row, change: Sending): Promise<Response> {
  const { token = null, ifMatch = '"1"', headers } = change
  const { method = row.method, path = row.path } = change
  const body = 'body' in change ? change.body : row.body
  const text = change.text ?? (body === undefined ? undefined : JSON.stringify(body))
  const withBody = text !== undefined && method !== 'GET' && method !== 'HEAD'
  return gateway.fetch(path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
      ...(withBody ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(withBody ? { body: text } : {}),
  })
}

/** `403 permission-denied`: how a call was refused. */
export async function outcomeOf(response: Response): Promise<string> {
  const text = await response.text()
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) {
    return `${response.status} ${text.slice(0, 200)}`
  }
  const { type, status } = JSON.parse(text) as { type: string; status: number }
  expect(status).toBe(response.status)
  return `${status} ${type.replace('/problems/', '')}`
}

/** Everything that a refused call may not change; that it was refused is written down. */
export async function unchangeable(gateway: Gateway): Promise<Readonly<Record<string, unknown>>> {
  const {
    audit_events: _audit,
    decisions: _decisions,
    omitted_decisions: _omitted,
    ...tables
  } = await snapshot(gateway)
  return tables
}

const ID = /^(ns|rs|role|grp|rb|iss|sa|tp|sec|key|tok|sub|pc|cli)_[0-9a-z]+$/

const isId = (text: string): boolean => ID.test(text)

const randomLike = (id: string): string =>
  `${id.split('_')[0]}_0${Math.random().toString(36).slice(2)}`

/** The same call on what nobody has: ids of the same kinds, a namespace that is not there. */
export function forged(row: Row, tenantPath: string): Pick<Sending, 'path' | 'body'> {
  const word = (text: string): string => {
    if (isId(text)) return randomLike(text)
    return text === tenantPath || text.startsWith(`${tenantPath}/`)
      ? text.replace(tenantPath, '/nowhere')
      : text
  }
  const path = row.path.split('/').map((part) => {
    const [head = '', ...verb] = part.split(':')
    return [isId(head) ? randomLike(head) : head, ...verb].join(':')
  })
  const body =
    row.body === undefined
      ? undefined
      : JSON.parse(JSON.stringify(row.body), (_, value) =>
          typeof value === 'string' ? word(value) : value,
        )
  return { path: path.join('/'), body }
}

/** One reference in a body: where it is, and the body with another value there. */
export interface Reference {
  readonly pointer: string
  readonly value: string
  with(other: string): unknown
}

/** The ids and namespaces that a body refers to. */
export function referencesIn(body: unknown, at: readonly string[] = []): readonly Reference[] {
  if (typeof body === 'string') {
    if (!isId(body) && !body.startsWith('/')) return []
    return [{ pointer: `/${at.join('/')}`, value: body, with: (other) => other }]
  }
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, inner]) =>
    referencesIn(inner, [...at, name]).map((reference) => ({
      ...reference,
      with: (other: string) =>
        Array.isArray(body)
          ? body.map((item, i) => (String(i) === name ? reference.with(other) : item))
          : { ...body, [name]: reference.with(other) },
    })),
  )
}
