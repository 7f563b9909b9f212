import { type Admin, createAdmin, requestToken } from '../local/client.ts'
import { adminRequest, load } from './load.ts'
import { median, quantile, round, say } from './report.ts'
import { seedTenant } from './scale-seed.ts'
import type { BenchAccount } from './seed.ts'
import { type Credentials, exchangeRequests } from './series.ts'
import { type Stage, setStageWith, type Workshop } from './stage.ts'

const sizes = { small: 100, large: 10_000 } as const
const perTurn = 10
const pageSize = 20

type Size = keyof typeof sizes

/** A tenant of one size, its owner and somebody who reads one project of it. */
interface Setting {
  readonly stage: Stage
  readonly base: string
  readonly admin: Admin
  readonly owner: string
  readonly reader: string
  readonly accountsCursor: string
  readonly bindingsCursor: string
  /** Accounts that nobody has asked for yet. */
  readonly unasked: BenchAccount[]
}

/** What is measured: the requests of one turn. */
type Series = (setting: Setting, workshop: Workshop) => readonly Buffer[]

const same = (request: Buffer): readonly Buffer[] => Array.from({ length: perTurn }, () => request)

const get =
  (path: string, who: 'owner' | 'reader' = 'owner'): Series =>
  (setting) =>
    same(adminRequest('GET', `${setting.base}${path}`, { token: setting[who] }))

const list = (path: string, who?: 'owner' | 'reader'): Series =>
  get(`${path}${path.includes('?') ? '&' : '?'}limit=${pageSize}`, who)

const exchange: Series = ({ stage }, { issuer }) =>
  exchangeRequests(stage.workerd.gateway, issuer, {
    accounts: stage.accounts.slice(0, perTurn),
    count: perTurn,
  })

const cold: Series = ({ stage, unasked }, { issuer }) => {
  const accounts = unasked.splice(0, 2)
  return exchangeRequests(stage.workerd.gateway, issuer, { accounts, count: accounts.length })
}

let changes = 0

const change: Series = ({ base, owner }) =>
  Array.from({ length: perTurn }, () => {
    const body = { description: `change ${++changes}` }
    return adminRequest('PATCH', `${base}/service-accounts/sa_x00007`, { token: owner, body })
  })

const all: Readonly<Record<string, Series>> = {
  'accounts: first page': list('/service-accounts'),
  'accounts: deep page': (setting, workshop) =>
    list(`/service-accounts?cursor=${setting.accountsCursor}`)(setting, workshop),
  'accounts: by name': list('/service-accounts?name=robot-00055'),
  'accounts: of a project': list('/service-accounts?namespace=/bench/t000/p00055'),
  'accounts: a project reader': list('/service-accounts', 'reader'),
  'bindings: first page': list('/role-bindings'),
  'bindings: deep page': (setting, workshop) =>
    list(`/role-bindings?cursor=${setting.bindingsCursor}`)(setting, workshop),
  'bindings: of an account': list('/role-bindings?service_account_id=sa_x00055'),
  'bindings: of a role': list('/role-bindings?role_id=role_s5'),
  'bindings: a project reader': list('/role-bindings', 'reader'),
  'namespaces: first page': list('/namespaces'),
  'namespaces: by path': list('/namespaces?path=/bench/t000/p00055'),
  'namespaces: a project reader': list('/namespaces', 'reader'),
  'roles: assignable': list('/roles'),
  'access: of an account': get('/service-accounts/sa_x00055:effective-access'),
  'access: of the tenant': get('/namespaces/ns_bench:effective-access?limit=10'),
  'access: of a project': get('/namespaces/ns_p00055:effective-access?limit=10'),
  'exchange: warm': exchange,
  'exchange: cold': cold,
  'a change': change,
}

const login = async (gateway: string, made: Record<string, unknown>): Promise<string> => {
  const { body } = await requestToken(gateway, {
    grant_type: 'client_credentials',
    client_id: String(made.client_id),
    client_secret: String(made.client_secret),
  })
  return String(body.access_token)
}

const makeManager = async (admin: Admin, gateway: string, role: string, namespace: string) =>
  login(
    gateway,
    await admin('POST', '/service-accounts', {
      namespace,
      name: role,
      client_credentials: {},
      role_bindings: [{ role_id: `role_${role}`, namespace }],
    }),
  )

/** The cursor in the middle of a list: found by going there. */
const middleOf = async (base: string, token: string, rows: number): Promise<string> => {
  let cursor = ''
  for (let seen = 0; seen < rows / 2; seen += Math.min(rows / 2, 200)) {
    const limit = Math.min(rows / 2, 200)
    const url = `${base}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    cursor = String(((await response.json()) as Record<string, unknown>).next_cursor)
  }
  return cursor
}

const set = async (workshop: Workshop, root: Credentials, size: Size): Promise<Setting> => {
  const count = sizes[size]
  say(`filling a tenant with ${count} accounts and ${count * 10} bindings`)
  const stage = await setStageWith(workshop, (file) => seedTenant(file, workshop.issuer, count))
  const { gateway } = stage.workerd
  const admin = await createAdmin(gateway, root)
  const owner = await makeManager(admin, gateway, 'owner', '/bench')
  const reader = await makeManager(admin, gateway, 'viewer', '/bench/t000/p00055')
  const base = `${gateway}/admin/v1`
  return {
    stage,
    base,
    admin,
    owner,
    reader,
    accountsCursor: await middleOf(`${base}/service-accounts`, owner, count),
    bindingsCursor: await middleOf(`${base}/role-bindings`, owner, count * 10),
    unasked: stage.accounts.slice(perTurn),
  }
}

const turn = async (setting: Setting, workshop: Workshop, series: Series): Promise<number[]> => {
  const requests = series(setting, workshop)
  const { gateway } = setting.stage.workerd
  const { failures, firstFailure, latencies } = await load(gateway, requests, { connections: 1 })
  if (failures > 0) throw new Error(`${failures} failed: ${firstFailure}`)
  return [...latencies]
}

type Latencies = Record<Size, number[]>

/** Each series on each size in every round, so that the machine's noise hits all of them. */
const interleave = async (
  settings: Record<Size, Setting>,
  workshop: Workshop,
  rounds: number,
): Promise<ReadonlyMap<string, Latencies>> => {
  const latencies = new Map<string, Latencies>()
  for (const name of Object.keys(all)) latencies.set(name, { small: [], large: [] })
  for (let done = -1; done < rounds; done++) {
    for (const [name, series] of Object.entries(all)) {
      for (const size of done % 2 === 0
        ? (['small', 'large'] as const)
        : (['large', 'small'] as const)) {
        const measured = await turn(settings[size], workshop, series)
        // The first round warms up.
        if (done >= 0) latencies.get(name)?.[size].push(...measured)
      }
    }
  }
  return latencies
}

const describe = ({ small, large }: Latencies) => ({
  requests: small.length,
  small_ms: round(median(small), 2),
  large_ms: round(median(large), 2),
  large_p95_ms: round(quantile(large, 0.95), 2),
  ratio: round(median(large) / median(small), 2),
})

/** How much longer each call takes in a tenant that is a hundred times as big. */
export const scale = async (
  workshop: Workshop,
  root: Credentials,
  { rounds }: { readonly rounds: number },
) => {
  const small = await set(workshop, root, 'small')
  const large = await set(workshop, root, 'large')
  say(`${rounds} rounds of ${Object.keys(all).length} calls, ${perTurn} of each`)
  const latencies = await interleave({ small, large }, workshop, rounds)
  small.stage.close()
  large.stage.close()
  const calls = Object.fromEntries([...latencies].map(([name, each]) => [name, describe(each)]))
  for (const [name, { small_ms, large_ms, ratio }] of Object.entries(calls)) {
    say(
      `${name.padEnd(30)} ${small_ms.toFixed(2)} ms  ${large_ms.toFixed(2)} ms  ${ratio.toFixed(2)}`,
    )
  }
  return { accounts: sizes, bindings_per_account: 10, rounds, calls }
}
