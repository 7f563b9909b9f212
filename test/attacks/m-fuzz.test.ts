import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { plainRoute, tenantRows } from '../support/battery.ts'
import { createClients } from '../support/clients.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { type FuzzCall, faultOf, type Material, makeCall } from '../support/fuzz/driver.ts'
import { type Document, type Target, targetsOf } from '../support/fuzz/operations.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { maker } from '../support/maker.ts'
import { ROOT } from '../support/settings.ts'
import { makeTenant } from '../support/tenant.ts'
import { chainFaults } from '../support/trail.ts'
import { diceOf } from '../support/two-tenants/moves.ts'
import { type Row, readWorld, type World } from '../support/two-tenants/world.ts'

let gateway: Gateway
let fixture: Fixture
const seed = Number(process.env.FUZZ_SEED ?? 20_261_124)
const seconds = Number(process.env.FUZZ_SECONDS ?? 30)

const dice = diceOf(seed)
let targets: readonly Target[]

beforeAll(async () => {
  gateway = await startGateway()
  fixture = await createFixture(gateway)
  const document = JSON.parse(await readFile(`${ROOT}src/http/reference/openapi.json`, 'utf8'))
  targets = targetsOf(document as Document)
})

afterAll(() => gateway.close())

interface Caller {
  readonly home: string
  readonly token: string
  readonly good: ReadonlyMap<string, unknown>
}

let founded = 0

/** A tenant of its own, with its owner; and the house's owner anew, whose tokens may be ended. */
const found = async (): Promise<{ owner: Caller; root: Caller }> => {
  founded += 1
  // Whoever has a token of before may have had it ended.
  const clients = createClients(gateway.url, gateway.root)
  const anew: Gateway = Object.assign(Object.create(gateway), clients)
  const house = { ...fixture, gateway: anew, make: maker(anew) }
  const tenant = await makeTenant(house, `/fuzz-${founded}`)
  const good = new Map(tenantRows(tenant).map(({ route, body }) => [route, body]))
  const root = await makeActor(anew, '/', [builtIn('owner', '/')])
  const home = tenant.path
  return {
    owner: { token: tenant.owner.token, good, home },
    root: { token: root.token, good, home },
  }
}

/** All that there is, but for the house's first account: it is what everything is set up again with. */
const readMost = async (): Promise<World> => {
  const world = await readWorld(gateway.db)
  const root = world.accounts.find(({ client_id: id }) => id === gateway.root.client_id)
  const others = (rows: readonly Row[]) =>
    rows.filter(({ id, service_account_id: owner }) => id !== root?.id && owner !== root?.id)
  const { accounts, bindings, secrets } = world
  return {
    ...world,
    accounts: others(accounts),
    bindings: others(bindings),
    secrets: others(secrets),
  }
}

const furtherIds = async (): Promise<Material['further']> => {
  const [decisions, events, notices, keys, clients] = await gateway.db.batch([
    'SELECT id FROM decisions ORDER BY id DESC LIMIT 20',
    'SELECT id FROM audit_events ORDER BY at DESC LIMIT 20',
    'SELECT id FROM notices LIMIT 20',
    'SELECT kid AS id FROM signing_keys',
    'SELECT client_id AS id FROM service_accounts ORDER BY id DESC LIMIT 20',
  ])
  const ids = (result: typeof decisions) => (result?.rows ?? []).map(({ id }) => String(id))
  return {
    decision_id: ids(decisions),
    event_id: ids(events),
    notice_id: ids(notices),
    kid: ids(keys),
    client_id: ids(clients).filter((id) => id !== gateway.root.client_id),
  }
}

const calls: Record<string, Record<string, number>> = {}
const note = (name: string, status: number) => {
  const seen = calls[name] ?? {}
  calls[name] = seen
  seen[status] = (seen[status] ?? 0) + 1
}

const send = ({ target, path, headers, text }: FuzzCall, token: string): Promise<Response> =>
  gateway.fetch(path, {
    method: target.method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(text !== undefined && { body: text }),
  })

// What ends everything else is asked more rarely.
const rare = /^(signing-keys\.r[eo]|namespaces\.delete|root-accounts\.)/

const choose = (made: number): Target => {
  const target = targets[made] ?? dice.of(targets)
  return made >= targets.length && rare.test(target.name) && dice.chance(80) ? choose(made) : target
}

test(
  'random calls of every operation end with no 5xx, and answer as the document says',
  async () => {
    const until = Date.now() + seconds * 1000
    const faults: unknown[] = []
    let callers = await found()
    let material: Omit<Material, 'good' | 'home'> | undefined
    for (let made = 0; Date.now() < until && faults.length < 10; made++) {
      if (made % 15 === 0) {
        const world = await readMost()
        const plain = ({ method, path }: Target) => plainRoute(method, path)
        material = { dice, world, further: await furtherIds(), plain }
      }
      const caller = dice.chance(75) ? callers.owner : callers.root
      const call = makeCall({ ...(material as Material), ...caller }, choose(made))
      const answer = await send(call, caller.token)
      note(call.target.name, answer.status)
      const fault = await faultOf(call, answer)
      if (fault !== null) {
        const { target, ...sent } = call
        faults.push({ made, name: target.name, method: target.method, ...sent, fault })
      }
      if (answer.status === 401 || made % 400 === 399) callers = await found()
    }
    const statuses: Record<string, number> = {}
    for (const seen of Object.values(calls)) {
      for (const [status, n] of Object.entries(seen)) statuses[status] = (statuses[status] ?? 0) + n
    }
    const unmade = targets.filter(({ name }) => calls[name] === undefined).map(({ name }) => name)
    const refused = Object.entries(calls)
      .filter(([, seen]) => Object.keys(seen).every((status) => Number(status) >= 300))
      .map(([name]) => name)
    console.log(JSON.stringify({ seed, statuses, operations: targets.length, unmade, refused }))
    expect(faults).toEqual([])
    expect(unmade).toEqual([])
    expect(await chainFaults(gateway.db)).toEqual([])
  },
  (seconds + 60) * 1000,
)
