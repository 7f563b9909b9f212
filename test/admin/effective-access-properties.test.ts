import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DOORS, githubClaims, policyP0 } from '../support/baseline.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { type Access, carriedBy, counting, type Told } from './access.ts'

type Client = Made & { readonly client_id: string }

const paths = ['/', '/acme', '/acme/a', '/acme/a/x', '/acme/a/x/y', '/acme/b', '/globex'] as const
type Path = (typeof paths)[number]

let gateway: Gateway
let make: Maker
let count = 0
const ids: Record<string, string> = { '/': 'ns_root' }
const servers: Made[] = []
const roles: Made[] = []

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  for (const path of paths.slice(1)) ids[path] = (await make.namespace(path)).id
  await make.issuer(gateway.issuers.a.url, '/')
  for (const namespace of ['/', '/acme', '/acme/a', '/globex']) {
    const identifier = `https://api-${servers.length}.example`
    const server = await make.resourceServer(namespace, identifier)
    servers.push(server)
    for (const permission of ['deploy:read', 'deploy:write']) {
      const members = { permissions: [permission] }
      const name = permission.replace(':', '-')
      roles.push(await make.role(namespace, name, server, members))
    }
  }
})

afterAll(() => gateway.close())

interface World {
  readonly home: Path
  readonly enabled: boolean
  /** Which of the APIs are within the ceiling; null: no ceiling. */
  readonly ceiling: readonly number[] | null
  readonly bindings: readonly {
    readonly role: number
    readonly at: Path | 'home'
    readonly group: boolean
  }[]
  readonly suspended: readonly Path[]
}

// Most of what is made up gives something: a world in which nothing counts shows little.
const worlds: fc.Arbitrary<World> = fc.noBias(
  fc.record({
    home: fc.constantFrom(...paths, '/acme', '/acme', '/acme/a'),
    enabled: fc.constantFrom(true, true, true, true, false),
    ceiling: fc.constantFrom(null, null, [0, 1], [1, 2, 3], []),
    bindings: fc.uniqueArray(
      fc.record({
        role: fc.nat(7),
        at: fc.constantFrom('home', 'home', ...paths),
        group: fc.boolean(),
      }),
      {
        selector: ({ role, at, group }) => `${role} ${at} ${group}`,
        minLength: 4,
        maxLength: 14,
      },
    ),
    suspended: fc.oneof(fc.constant([]), fc.subarray(paths.slice(1), { maxLength: 2 })),
  }),
)

const run = (sql: string, ...args: (string | number | null)[]) => gateway.db.execute({ sql, args })

// What the API would refuse is made beside it: what was saved before a rule, or moved since, is judged
// by the same rules.
const build = async ({ home, ceiling, bindings, suspended, enabled }: World): Promise<Client> => {
  const n = ++count
  const account = await make.create<Client>('/service-accounts', {
    namespace: home,
    name: `robot-${n}`,
    trust_policies: [policyP0(gateway.issuers.a.url)],
  })
  await run(
    'UPDATE service_accounts SET enabled = ?, resource_server_ids = ? WHERE id = ?',
    Number(enabled),
    ceiling && JSON.stringify(ceiling.map((i) => servers[i]?.id)),
    account.id,
  )
  const group = `grp_${n}`
  const values = "VALUES (?, 'ns_root', ?, 0)"
  await run(`INSERT INTO groups (id, namespace_id, name, created_at) ${values}`, group, group)
  await run('INSERT INTO group_members VALUES (?, ?, 0)', group, account.id)
  for (const [i, binding] of bindings.entries()) {
    await run(
      `INSERT OR IGNORE INTO role_bindings (id, role_id, namespace_id, service_account_id, group_id, created_at)
        VALUES (?, ?, ?, ?, ?, 0)`,
      `rb_${n}x${i}`,
      roles[binding.role]?.id ?? null,
      ids[binding.at === 'home' ? home : binding.at] ?? null,
      binding.group ? null : account.id,
      binding.group ? group : null,
    )
  }
  for (const path of suspended) await run('UPDATE namespaces SET enabled = 0 WHERE path = ?', path)
  return account
}

const exchange = ({ client_id }: Client, resource: string) => {
  const form = DOORS[0].form(gateway.issuers.a.mint(githubClaims(gateway.issuers.a.url)))
  return gateway.token({ ...form, client_id, resource })
}

const read = async <T>(path: string): Promise<T> => {
  const response = await gateway.admin('GET', path)
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

const isAtOrBelow = (path: string, upper: string) =>
  upper === '/' || path === upper || path.startsWith(`${upper}/`)

/** What of a token's permissions holds at a place. */
const holdingAt = (told: Told, place: string): readonly string[] => [
  ...new Set(
    Object.entries(told)
      .filter(([path]) => isAtOrBelow(place, path))
      .flatMap(([, permissions]) => permissions),
  ),
]

interface HolderPage {
  readonly data: readonly (Access & { readonly principal: { readonly id: string } })[]
}

it('effective access is what exchanges give, of every account and at every namespace', async () => {
  let given = 0
  await fc.assert(
    fc
      .asyncProperty(worlds, async (world) => {
        const account = await build(world)
        const access = await read<Access>(`/service-accounts/${account.id}:effective-access`)
        const tokens = new Map<string, Told>()
        for (const { id, identifier } of servers) {
          const told = await carriedBy(await exchange(account, String(identifier)))
          expect(counting(access, String(identifier))).toEqual(told)
          tokens.set(id, told)
          given += Object.keys(told).length
        }
        for (const place of paths) {
          const path = `/namespaces/${ids[place]}:effective-access?limit=200`
          const { data } = await read<HolderPage>(path)
          const holder = data.find(({ principal }) => principal.id === account.id)
          for (const { id } of servers) {
            const api = holder?.resource_servers.find((server) => server.id === id)
            const here = new Set(api?.namespaces.flatMap(({ permissions }) => permissions))
            expect([...here].toSorted()).toEqual(holdingAt(tokens.get(id) ?? {}, place).toSorted())
          }
        }
      })
      .afterEach(async () => {
        await run('UPDATE namespaces SET enabled = 1')
      }),
    { numRuns: 30 },
  )
  expect(given).toBeGreaterThan(10)
}, 120_000)
