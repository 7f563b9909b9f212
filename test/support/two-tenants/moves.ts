import { policyP0 } from '../baseline.ts'
import type { Claims } from '../issuer.ts'
import { editDocument } from './documents.ts'
import type { Row, World } from './world.ts'

/** One call that somebody makes. */
export interface Move {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly ifMatch?: string
}

/** A tenant as the model knows it: all that is made in it carries its mark. */
export interface Side {
  readonly mark: string
  readonly path: string
}

/** Numbers in an order that a seed decides. */
export interface Dice {
  upTo(count: number): number
  of<T>(values: readonly T[]): T
  chance(percent: number): boolean
}

/** Makes dice (mulberry32): the same seed, the same numbers. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const upTo = (count: number) => Math.floor(next() * count)
  return {
    upTo,
    of: (values) => values[upTo(values.length)] as never,
    chance: (percent) => upTo(100) < percent,
  }
}

type Kind = Exclude<keyof World, 'events' | 'members'>

const prefixes: Readonly<Record<Kind, string>> = {
  namespaces: 'ns',
  accounts: 'sa',
  servers: 'rs',
  roles: 'role',
  groups: 'grp',
  bindings: 'rb',
  issuers: 'iss',
  policies: 'tp',
  secrets: 'sec',
  keys: 'key',
  tokens: 'tok',
  subscriptions: 'sub',
  pending: 'pc',
  codes: 'pair',
}

/** What a move is chosen from. */
export interface Situation {
  readonly world: World
  readonly dice: Dice
  readonly own: Side
  readonly other: Side
  readonly actorId: string
  readonly jwks: readonly Claims[]
  readonly issuerUrls: readonly string[]
  /** Exports that the own tenant has got, by the id of their namespace. */
  readonly documents: readonly (readonly [string, unknown])[]
}

const isOf = (side: Side) => (row: Row) =>
  String(row.path) === side.path || String(row.path).startsWith(`${side.path}/`)

const builtIn = ['role_owner', 'role_deployer', 'role_viewer']
const adminNames = [
  'roles:write',
  'role-bindings:write',
  'service-accounts:write',
  'credentials:write',
  'trust-policies:write',
  'groups:write',
  'namespaces:write',
  'roles:read',
]

/** What can be picked out of a situation: mostly of the own tenant, at times of the other or of none. */
const picking = ({ world, dice, own, other, actorId }: Situation) => {
  const row = (kind: Kind): Row => {
    const random = { id: `${prefixes[kind]}_0${dice.upTo(1e9).toString(36)}`, path: '/nowhere' }
    const side = dice.chance(85) ? own : other
    const found = world[kind].filter(isOf(side))
    return dice.chance(3) || found.length === 0 ? random : dice.of(found)
  }
  const id = (kind: Kind) => String(row(kind).id)
  return {
    row,
    id,
    account: () => (dice.chance(12) ? actorId : id('accounts')),
    role: () => (dice.chance(25) ? dice.of(builtIn) : id('roles')),
    server: () => (dice.chance(35) ? 'rs_admin' : id('servers')),
    namespace: () => (dice.chance(3) ? '/' : String(row('namespaces').path)),
    name: () => `n${dice.upTo(9)}-${own.mark}`,
    match: (one: Row) => `"${dice.chance(92) ? (one.version ?? 1) : 77}"`,
    permissions: () => {
      const pool = dice.chance(50) ? ['deploy:read', 'deploy:write'] : adminNames
      return [...new Set([dice.of(pool), dice.of(pool)])]
    },
  }
}

type Picking = ReturnType<typeof picking>
type Write = (pick: Picking, situation: Situation) => Omit<Move, 'name'>

const post = (path: string, body: unknown): Omit<Move, 'name'> => ({ method: 'POST', path, body })

const policy = ({ dice, issuerUrls, own }: Situation) =>
  policyP0(dice.of(issuerUrls), { name: `p-${own.mark}`, enabled: dice.chance(80) })

const part = (pick: Picking, kind: 'policies' | 'secrets' | 'keys' | 'tokens', name: string) => {
  const row = pick.row(kind)
  const account = row.service_account_id ?? pick.account()
  return { row, path: `/service-accounts/${account}/${name}/${row.id}` }
}

const trees: Readonly<Record<string, Write>> = {
  'namespaces.create': (pick) =>
    post('/namespaces', { path: `${pick.namespace()}/${pick.name()}` }),
  'namespaces.update': (pick, { dice }) => ({
    method: 'PATCH',
    path: `/namespaces/${pick.id('namespaces')}`,
    body: dice.of([{ display_name: 'x' }, { kind: 'project' }, { named_tokens_max_days: 30 }]),
  }),
  'namespaces.suspend': (pick, { dice }) => ({
    method: 'PATCH',
    path: `/namespaces/${pick.id('namespaces')}`,
    body: { enabled: dice.chance(70) },
  }),
  'namespaces.move': (pick) =>
    post(`/namespaces/${pick.id('namespaces')}:move`, {
      path: `${pick.namespace()}/${pick.name()}`,
    }),
  'namespaces.delete': (pick, { dice, world, own }) => {
    // Mostly a leaf, or soon nothing is left to play with.
    const last = world.namespaces.filter(isOf(own)).at(-1)
    const id = dice.chance(70) ? (last?.id ?? 'ns_0') : pick.id('namespaces')
    return { method: 'DELETE', path: `/namespaces/${id}` }
  },
  'resource-servers.create': (pick, { dice, own }) =>
    post('/resource-servers', {
      namespace: pick.namespace(),
      identifier: `https://${own.mark}-${dice.upTo(1e6)}.test`,
      name: pick.name(),
      permissions: ['deploy:read', 'deploy:write'],
    }),
  'resource-servers.update': (pick) => ({
    method: 'PATCH',
    path: `/resource-servers/${pick.id('servers')}`,
    body: { permissions: ['deploy:read', 'deploy:write', 'deploy:more'] },
  }),
  'resource-servers.delete': (pick) => ({
    method: 'DELETE',
    path: `/resource-servers/${pick.id('servers')}`,
  }),
  'issuers.create': (pick, { dice, jwks, issuerUrls }) =>
    post('/issuers', {
      namespace: pick.namespace(),
      name: pick.name(),
      issuer: dice.of(issuerUrls),
      jwks: { keys: [dice.of(jwks)] },
    }),
  'issuers.update': (pick, { dice, jwks }) => ({
    method: 'PATCH',
    path: `/issuers/${pick.id('issuers')}`,
    body: dice.of<unknown>([
      { jwks: { keys: [dice.of(jwks)] } },
      { enabled: false },
      { enabled: true },
    ]),
  }),
  'issuers.delete': (pick) => ({ method: 'DELETE', path: `/issuers/${pick.id('issuers')}` }),
  'subscriptions.create': (pick, { own }) =>
    post('/notification-subscriptions', {
      namespace: pick.namespace(),
      channel: 'webhook',
      target: `https://hooks.example/${own.mark}`,
    }),
  'subscriptions.delete': (pick) => ({
    method: 'DELETE',
    path: `/notification-subscriptions/${pick.id('subscriptions')}`,
  }),
  'pairing-codes.create': (pick, { dice }) =>
    post(
      '/pairing-codes',
      dice.chance(50) ? { namespace: pick.namespace() } : { service_account_id: pick.account() },
    ),
  'pairing-codes.delete': (pick) => ({
    method: 'DELETE',
    path: `/pairing-codes/${pick.id('codes')}`,
  }),
  'revocations.create': (pick) =>
    post('/revocations', { namespace: pick.namespace(), by: 'account', value: pick.account() }),
}

const grants: Readonly<Record<string, Write>> = {
  'roles.create': (pick) =>
    post('/roles', {
      namespace: pick.namespace(),
      name: pick.name(),
      resource_server_id: pick.server(),
      permissions: pick.permissions(),
    }),
  'roles.update': (pick) => {
    const row = pick.row('roles')
    const body = { permissions: pick.permissions() }
    return { method: 'PATCH', path: `/roles/${row.id}`, body, ifMatch: pick.match(row) }
  },
  'roles.replace': (pick) => {
    const row = pick.row('roles')
    const body = { name: pick.name(), permissions: pick.permissions() }
    return { method: 'PUT', path: `/roles/${row.id}`, body, ifMatch: pick.match(row) }
  },
  'roles.delete': (pick) => {
    const row = pick.row('roles')
    return { method: 'DELETE', path: `/roles/${row.id}`, ifMatch: pick.match(row) }
  },
  'role-bindings.create': (pick, { dice }) =>
    post('/role-bindings', {
      role_id: pick.role(),
      namespace: pick.namespace(),
      principal: dice.chance(70)
        ? { type: 'service_account', id: pick.account() }
        : { type: 'group', id: pick.id('groups') },
    }),
  'role-bindings.delete': (pick) => {
    const row = pick.row('bindings')
    return { method: 'DELETE', path: `/role-bindings/${row.id}`, ifMatch: pick.match(row) }
  },
  'groups.create': (pick) => post('/groups', { namespace: pick.namespace(), name: pick.name() }),
  'groups.update': (pick) => {
    const row = pick.row('groups')
    const body = { display_name: 'x' }
    return { method: 'PATCH', path: `/groups/${row.id}`, body, ifMatch: pick.match(row) }
  },
  'groups.delete': (pick) => {
    const row = pick.row('groups')
    return { method: 'DELETE', path: `/groups/${row.id}`, ifMatch: pick.match(row) }
  },
  'group-members.add': (pick) => ({
    method: 'PUT',
    path: `/groups/${pick.id('groups')}/members/${pick.account()}`,
  }),
  'group-members.remove': (pick) => ({
    method: 'DELETE',
    path: `/groups/${pick.id('groups')}/members/${pick.account()}`,
  }),
}

const accounts: Readonly<Record<string, Write>> = {
  'service-accounts.create': (pick, situation) => {
    const { dice, jwks } = situation
    const namespace = pick.namespace()
    const where = dice.chance(80) ? namespace : pick.namespace()
    return post('/service-accounts', {
      namespace,
      name: pick.name(),
      ...(dice.chance(60) && { role_bindings: [{ role_id: pick.role(), namespace: where }] }),
      ...(dice.chance(30) && { groups: [pick.id('groups')] }),
      ...(dice.chance(30) && { client_credentials: {} }),
      ...(dice.chance(30) && { trust_policies: [policy(situation)] }),
      ...(dice.chance(30) && { keys: [{ jwk: dice.of(jwks) }] }),
    })
  },
  'service-accounts.update': (pick, { dice }) => ({
    method: 'PATCH',
    path: `/service-accounts/${pick.account()}`,
    body: dice.of<unknown>([
      { enabled: dice.chance(85) },
      { resource_server_ids: dice.chance(50) ? null : [pick.server()] },
      { grant_types: ['client_credentials'] },
      { client_credentials: { enabled: dice.chance(70) } },
      { description: 'x' },
      { name: pick.name() },
    ]),
  }),
  'service-accounts.delete': (pick) => ({
    method: 'DELETE',
    path: `/service-accounts/${pick.account()}`,
  }),
  'trust-policies.create': (pick, situation) =>
    post(`/service-accounts/${pick.account()}/trust-policies`, policy(situation)),
  'trust-policies.replace': (pick, situation) => {
    const { row, path } = part(pick, 'policies', 'trust-policies')
    return { method: 'PUT', path, body: policy(situation), ifMatch: pick.match(row) }
  },
  'trust-policies.update': (pick, { dice }) => {
    const { row, path } = part(pick, 'policies', 'trust-policies')
    const body = dice.of<unknown>([
      { enabled: true },
      { enabled: false },
      { scope: ['deploy:read'] },
    ])
    return { method: 'PATCH', path, body, ifMatch: pick.match(row) }
  },
  'trust-policies.delete': (pick) => {
    const { row, path } = part(pick, 'policies', 'trust-policies')
    return { method: 'DELETE', path, ifMatch: pick.match(row) }
  },
  'secrets.create': (pick) => post(`/service-accounts/${pick.account()}/secrets`, {}),
  'secrets.reset': (pick, { dice }) =>
    post(`/service-accounts/${pick.account()}/secrets:reset`, {
      ...(dice.chance(30) && { rotate_client_id: true }),
    }),
  'secrets.delete': (pick) => ({
    method: 'DELETE',
    path: part(pick, 'secrets', 'secrets').path,
  }),
  'keys.create': (pick, { dice, jwks }) =>
    post(`/service-accounts/${pick.account()}/keys`, { jwk: dice.of(jwks) }),
  'keys.delete': (pick) => ({ method: 'DELETE', path: part(pick, 'keys', 'keys').path }),
  'tokens.create': (pick) =>
    post(`/service-accounts/${pick.account()}/tokens`, {
      name: pick.name(),
      resource_server_id: pick.server(),
    }),
  'tokens.update': (pick) => ({
    method: 'PATCH',
    path: part(pick, 'tokens', 'tokens').path,
    body: { name: pick.name() },
  }),
  'tokens.regenerate': (pick) => post(`${part(pick, 'tokens', 'tokens').path}:regenerate`, {}),
  'tokens.delete': (pick) => ({ method: 'DELETE', path: part(pick, 'tokens', 'tokens').path }),
}

const pending: Readonly<Record<string, Write>> = {
  'namespaces.guard': (pick, { dice }) => ({
    method: 'PATCH',
    path: `/namespaces/${pick.id('namespaces')}`,
    body: { widening_needs_approval: dice.chance(60) },
  }),
  'pending-changes.approve': (pick) =>
    post(`/pending-changes/${pick.id('pending')}:approve`, undefined),
  'pending-changes.reject': (pick) =>
    post(`/pending-changes/${pick.id('pending')}:reject`, undefined),
}

const plans: Write = (pick, situation) => {
  const { dice, documents } = situation
  if (documents.length === 0) return get(`/namespaces/${pick.id('namespaces')}:export`)
  const [id, document] = dice.of(documents)
  const prune = dice.chance(20) ? '&prune=true' : ''
  const at = dice.chance(92) ? id : pick.id('namespaces')
  const body = editDocument(document, situation)
  return post(`/namespaces/${at}:apply?dry_run=true${prune}`, body)
}

const get = (path: string): Omit<Move, 'name'> => ({ method: 'GET', path })

const collections: readonly (readonly [string, Kind])[] = [
  ['namespaces', 'namespaces'],
  ['resource-servers', 'servers'],
  ['roles', 'roles'],
  ['groups', 'groups'],
  ['role-bindings', 'bindings'],
  ['issuers', 'issuers'],
  ['service-accounts', 'accounts'],
  ['notification-subscriptions', 'subscriptions'],
  ['pairing-codes', 'codes'],
]

const reads: Readonly<Record<string, Write>> = {
  list: (pick, { dice }) => {
    const [collection] = dice.of(collections)
    const query = dice.of([
      '',
      `&namespace=${pick.namespace()}`,
      `&resource_server_id=${pick.server()}`,
      `&name=${pick.name()}`,
      `&path=${pick.namespace()}`,
      `&assignable_to=${pick.account()}`,
    ])
    return get(`/${collection}?limit=200${query}`)
  },
  item: (pick, { dice }) => {
    const [collection, kind] = dice.of(collections)
    return get(`/${collection}/${pick.id(kind)}`)
  },
  parts: (pick, { dice }) => {
    const part = dice.of(['trust-policies', 'secrets', 'keys', 'tokens'])
    return get(`/service-accounts/${pick.account()}/${part}`)
  },
  part: (pick, { dice }) =>
    get(
      dice.of([
        part(pick, 'policies', 'trust-policies').path,
        part(pick, 'secrets', 'secrets').path,
        part(pick, 'keys', 'keys').path,
        part(pick, 'tokens', 'tokens').path,
      ]),
    ),
  decisions: (pick, { dice }) =>
    get(dice.of(['/decisions', `/decisions?service_account_id=${pick.account()}`])),
  events: (pick, { dice }) =>
    get(dice.of(['/audit-events?limit=200', `/audit-events?target=${pick.account()}`])),
  access: (pick, { dice }) =>
    get(
      dice.chance(50)
        ? `/service-accounts/${pick.account()}:effective-access`
        : `/namespaces/${pick.id('namespaces')}:effective-access`,
    ),
  export: (pick) => get(`/namespaces/${pick.id('namespaces')}:export`),
}

const writes = {
  ...trees,
  ...grants,
  ...accounts,
  ...pending,
  // More often than others: one document changes many things.
  ...Object.fromEntries(['one', 'two', 'three', 'four'].map((one) => [`state.plan ${one}`, plans])),
}

/** The names of all moves that change something. */
export const writeNames: readonly string[] = Object.keys(writes)

/** Chooses one call: three of four change something, if they may. */
export function chooseMove(situation: Situation): Move {
  const { dice } = situation
  const table: Readonly<Record<string, Write>> = dice.chance(78) ? writes : reads
  const [name, write] = dice.of(Object.entries(table))
  return { name, ...write(picking(situation), situation) }
}
