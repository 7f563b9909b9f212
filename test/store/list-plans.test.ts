import { drizzle } from 'drizzle-orm/libsql/http'
import { describe, expect, it } from 'vitest'
import type { Db } from '../../src/store/db.ts'
import { listGroups } from '../../src/store/groups/groups.ts'
import { listIssuers } from '../../src/store/issuers.ts'
import { listResourceServers } from '../../src/store/resource-servers.ts'
import { listHolders } from '../../src/store/roles/holders.ts'
import { listBindings } from '../../src/store/roles/role-bindings.ts'
import { listRoles } from '../../src/store/roles/role-list.ts'
import { listAccounts } from '../../src/store/service-accounts.ts'
import { listNamespaces } from '../../src/store/tree/namespaces.ts'
import { useDatabase } from './database.ts'
import { account, binding, namespace, tree } from './tree.ts'

const many = 400

// More than a list sorts: four hundred projects of /acme with an account each, and a foreign tenant.
const projects = Array.from({ length: many }, (_, i) => [
  namespace(`ns_p${i}`, `/acme/p${String(i).padStart(3, '0')}`),
  account(`sa_p${i}`, { namespace_id: `ns_p${i}` }),
  binding(`rb_p${i}`, { namespace_id: `ns_p${i}`, service_account_id: `sa_p${i}` }),
]).flat()

const database = useDatabase(...tree, ...projects)

const page = { within: undefined, after: null, limit: 20 }
const visible = { ...page, name: undefined }
const accounts = { ...visible, enabled: undefined, kind: undefined }
const bindings = {
  ...page,
  roleId: undefined,
  resourceServerId: undefined,
  serviceAccountId: undefined,
  groupId: undefined,
  principalType: undefined,
}
const holders = {
  kind: undefined,
  kindsKnownAt: [],
  resourceServerId: undefined,
  permission: undefined,
  withRoot: false,
  ...page,
}
const roles = { ...visible, resourceServerId: undefined, ceiling: null, visibleAt: undefined }

type List = (db: Db, places: readonly string[]) => Promise<readonly { readonly id: string }[]>

const lists: readonly [string, List][] = [
  ['accounts', (db, places) => listAccounts(db, { ...accounts, places })],
  ['accounts by name', (db, places) => listAccounts(db, { ...accounts, places, name: 'sa_p7' })],
  ['bindings', (db, places) => listBindings(db, { ...bindings, places })],
  [
    'bindings of a role',
    (db, places) => listBindings(db, { ...bindings, places, roleId: 'role_api' }),
  ],
  [
    'bindings of an account',
    (db, places) => listBindings(db, { ...bindings, places, serviceAccountId: 'sa_p7' }),
  ],
  [
    'namespaces',
    (db, places) => listNamespaces(db, { ...page, places, path: undefined, kind: undefined }),
  ],
  ['roles', (db, places) => listRoles(db, { ...roles, places })],
  ['resource servers', (db, places) => listResourceServers(db, { ...visible, places })],
  ['issuers', (db, places) => listIssuers(db, { ...visible, places })],
  ['groups', (db, places) => listGroups(db, { ...visible, places })],
  ['holders', (db, [path = '/']) => listHolders(db, { ...holders, path })],
]

/** What a list asks the database. */
const recorded = async (list: List, places: readonly string[]) => {
  const seen: { readonly sql: string; readonly args: unknown[] }[] = []
  const { client, ...db } = database().db
  const logger = { logQuery: (sql: string, args: unknown[]) => void seen.push({ sql, args }) }
  await list({ ...db, client, orm: drizzle({ client, logger }) }, places)
  return seen
}

const planOf = async (list: List, places: readonly string[]): Promise<readonly string[]> => {
  const seen = await recorded(list, places)
  expect(seen).toHaveLength(1)
  const { sql, args } = seen[0] as (typeof seen)[0]
  const plan = await database().read(`EXPLAIN QUERY PLAN ${sql}`, ...(args as string[]))
  const details = plan.map(({ detail }) => String(detail))
  // A subquery of that name is no table.
  return details.filter((detail) => !details.includes(detail.replace('SCAN', 'CO-ROUTINE')))
}

const table = '(namespaces|service_accounts|role_bindings|group_members|roles|listed|[abmnrs])'

// The walk in the order of ids ends with its page; it goes by the primary key.
const isWholeScan = (detail: string): boolean =>
  new RegExp(`^SCAN ${table}\\b`).test(detail) && !/INDEX sqlite_autoindex_\w+_1$/.test(detail)

describe.each(lists)('%s', (_, list) => {
  it.each([['/acme'], ['/acme/p007']])('are found by indexes for a reader of %s', async (place) => {
    const plan = await planOf(list, [place])
    expect(plan.filter(isWholeScan)).toEqual([])
  })
})

describe('pages', () => {
  const idsOf = async (list: List, places: readonly string[]) =>
    (await list(database().db, places)).map(({ id }) => id)

  it('of a reader of much and of a reader of little are alike', async () => {
    const all = await idsOf(
      (db, places) => listAccounts(db, { ...accounts, places, limit: 1000 }),
      ['/acme'],
    )
    expect(all).toHaveLength(many)
    expect(all).toEqual(all.toSorted())
    const after = all[249] ?? null
    const rest = await idsOf(
      (db, places) => listAccounts(db, { ...accounts, places, limit: 1000, after }),
      ['/acme'],
    )
    expect(rest).toEqual(all.slice(250))
    expect(await idsOf(lists[0]?.[1] as List, ['/acme/p007'])).toEqual(['sa_p7'])
    expect(await idsOf(lists[2]?.[1] as List, ['/acme/p007', '/acme/p009'])).toEqual([
      'rb_p7',
      'rb_p9',
    ])
  })

  it('of a foreign tenant show nothing, however many there are', async () => {
    for (const [name, list] of lists.slice(0, 5)) {
      expect([name, await idsOf(list, ['/globex'])]).toEqual([name, []])
    }
  })

  it('end where there is no more', async () => {
    const last = await idsOf(
      (db, places) => listBindings(db, { ...bindings, places, after: 'rb_p99' }),
      ['/acme'],
    )
    expect(last).toEqual([])
  })
})
