import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type ActorRole, builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import type { Claims } from '../support/issuer.ts'
import { makeEcKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'
import { chainFaults, isUnrouted } from '../support/trail.ts'
import { chooseMove, diceOf, type Move, type Side } from '../support/two-tenants/moves.ts'
import { gained } from '../support/two-tenants/rights.ts'
import { type Row, readWorld, type World } from '../support/two-tenants/world.ts'

const house = useHouse()
const seed = Number(process.env.PROPERTY_SEED ?? 20_261_124)
const seconds = Number(process.env.PROPERTY_SECONDS ?? 60)

const jwks: Claims[] = []
beforeAll(async () => {
  for (const name of ['one', 'two', 'three']) jwks.push((await makeEcKey(name)).jwk as Claims)
})

interface Actor {
  readonly id: string
  readonly token: string
  readonly role: string
}

interface Party extends Side {
  readonly tenantId: string
  readonly issuerUrls: readonly string[]
  readonly actors: readonly Actor[]
}

const custom: Readonly<Record<string, readonly string[]>> = {
  binder: ['role-bindings:read', 'role-bindings:write', 'service-accounts:read', 'roles:read'],
  editor: ['roles:read', 'roles:write', 'groups:read', 'groups:write', 'service-accounts:read'],
  issuing: [
    'service-accounts:read',
    'service-accounts:write',
    'credentials:read',
    'credentials:write',
  ],
  trusting: ['service-accounts:read', 'trust-policies:read', 'trust-policies:write'],
  planner: ['namespaces:read', 'namespaces:write'],
}

/** Founds a tenant with something of each kind, in which many may do something. */
const found = async (mark: string): Promise<Party> => {
  const { gateway, make } = house()
  const path = `/${mark}`
  const tenant = await make.namespace(path)
  const project = `${path}/project-${mark}`
  await make.namespace(project)
  await make.namespace(`${project}/deep-${mark}`)
  const server = await make.resourceServer(path, `https://${mark}.test`)
  const deploys = await make.role(path, `deploys-${mark}`, server)
  const urls = [`https://ci-${mark}.test`, `https://other-${mark}.test`]
  await make.issuer(String(urls[0]), path, { jwks: { keys: [jwks[0]] } })
  const actor = async (role: string, home: string, roles: readonly ActorRole[]): Promise<Actor> => {
    const { id, token } = await makeActor(gateway, home, roles)
    return { id, token, role }
  }
  const customs: Actor[] = []
  for (const [name, permissions] of Object.entries(custom)) {
    const role = await make.create('/roles', {
      namespace: path,
      name: `${name}-${mark}`,
      resource_server_id: 'rs_admin',
      permissions,
    })
    const roles = [
      { role_id: role.id, namespace: path },
      { role_id: deploys.id, namespace: project },
    ]
    customs.push(await actor(name, path, roles))
  }
  const workers = await Promise.all(
    [path, project].map((namespace, i) =>
      make.create<Made>('/service-accounts', {
        namespace,
        name: `worker-${i}-${mark}`,
        client_credentials: {},
        trust_policies: [policyP0(String(urls[0]))],
        role_bindings: [{ role_id: deploys.id, namespace }],
      }),
    ),
  )
  expect(workers).toHaveLength(2)
  return {
    mark,
    path,
    tenantId: tenant.id,
    issuerUrls: urls,
    actors: [
      await actor('owner', path, [builtIn('owner', path)]),
      await actor('owner below', project, [builtIn('owner', project)]),
      await actor('deployer', path, [builtIn('deployer', path)]),
      await actor('deployer below', path, [builtIn('deployer', project)]),
      await actor('viewer', path, [builtIn('viewer', path)]),
      ...customs,
    ],
  }
}

const isOf = (party: Side) => (row: Row) =>
  String(row.path) === party.path || String(row.path).startsWith(`${party.path}/`)

/** All words of a tenant that nobody else may read. */
const wordsOf = (world: World, party: Side): readonly string[] => {
  const { events: _, members: __, ...kinds } = world
  const rows = Object.values(kinds).flatMap((table: readonly Row[]) => table.filter(isOf(party)))
  const ids = rows.flatMap(({ id, client_id: client }) => [
    String(id),
    client as string | undefined,
  ])
  return [party.mark, ...ids.filter((id) => id !== undefined && !id.endsWith('null'))] as string[]
}

const foreignIn = (text: string, words: readonly string[]) =>
  words.filter((word) => text.includes(word))

/** The same call about what nobody has. */
const twinOf = (move: Move, words: readonly string[]): Move => {
  const random = (text: string) =>
    words
      .toSorted((a, b) => b.length - a.length)
      .reduce((left, word) => {
        const [kind] = word.split('_')
        return left.replaceAll(word, word.includes('_') ? `${kind}_0nobody` : 'nobodys')
      }, text)
  const body =
    move.body === undefined ? {} : { body: JSON.parse(random(JSON.stringify(move.body))) }
  return { ...move, path: random(move.path), ...body }
}

const counts: Record<string, number> = {}
const count = (name: string) => {
  counts[name] = (counts[name] ?? 0) + 1
}

const call = async ({ token }: Actor, { method, path, body, ifMatch }: Move) => {
  const options = { token, ...(ifMatch !== undefined && { ifMatch }) }
  const answer = await house().gateway.admin(method, path, body, options)
  const headers = ['location', 'etag', 'link'].map((name) => answer.headers.get(name))
  const text = `${headers.join(' ')} ${await answer.text()}`
  count(`${answer.status}`)
  const isKnown = answer.status !== 401 && !isUnrouted(text)
  const leavesEvent = isKnown && (!answer.ok || method !== 'GET')
  return { status: answer.status, text, done: answer.ok, events: leavesEvent ? 1 : 0 }
}

/** What a tenant's own people have sent of the other's: their trail tells it to them again. */
const sent = new Map<string, Set<string>>()

/** Makes one step, and checks all that must hold after it. */
const step = async (before: World, parties: readonly [Party, Party], number: number) => {
  const dice = diceOf(number)
  const [own, other] = dice.chance(50) ? parties : [parties[1], parties[0]]
  // Most of what is asked must succeed: owners ask more often.
  const actor = dice.chance(45) ? dice.of(own.actors.slice(0, 2)) : dice.of(own.actors)
  const move = chooseMove({
    world: before,
    dice,
    own,
    other,
    actorId: actor.id,
    jwks,
    issuerUrls: own.issuerUrls,
  })
  const context = { as: actor.role, of: own.path, move }
  const answer = await call(actor, move)
  expect(answer.status, JSON.stringify(context)).toBeLessThan(500)
  const after = await readWorld(house().gateway.db)
  expect({ ...context, events: after.events - before.events }).toEqual({
    ...context,
    events: answer.events,
  })
  if (answer.done && move.method !== 'GET') {
    count(move.name)
    expect({ ...context, gained: gained(before, after, actor.id) }).toEqual({
      ...context,
      gained: [],
    })
  }
  const words = [...new Set([...wordsOf(before, other), ...wordsOf(after, other)])]
  const asked = `${move.path} ${JSON.stringify(move.body)}`
  const named = foreignIn(asked, words)
  const told = sent.get(own.path) ?? new Set<string>()
  sent.set(own.path, new Set([...told, ...named]))
  const echoed = move.name === 'events' ? [...told] : []
  const seen = foreignIn(answer.text, words).filter(
    (word) => !asked.includes(word) && !echoed.some((text) => text.includes(word)),
  )
  expect({ ...context, seen, text: seen.length > 0 && answer.text }).toEqual({
    ...context,
    seen: [],
    text: false,
  })
  if (named.length === 0) return after
  count('about the other tenant')
  const twin = twinOf(move, named)
  const likewise = await call(actor, twin)
  const plain = (text: string) => twinOf({ ...move, path: text }, named).path
  expect({ ...context, status: answer.status, text: plain(answer.text) }).toEqual({
    ...context,
    status: likewise.status,
    text: likewise.text,
  })
  const last = await readWorld(house().gateway.db)
  expect({ ...context, events: last.events - after.events }).toEqual({
    ...context,
    events: likewise.events,
  })
  return last
}

let founded = 0

test(
  'two tenants: neither ever observes the other, and nobody gains by their own calls',
  async () => {
    const steps = fc.array(fc.noShrink(fc.integer({ min: 0, max: 2 ** 32 - 1 })), {
      minLength: 80,
      maxLength: 80,
      size: 'max',
    })
    const property = fc.asyncProperty(steps, async (numbers) => {
      founded += 1
      const parties = [await found(`qa-${founded}-x`), await found(`qb-${founded}-x`)] as const
      let world = await readWorld(house().gateway.db)
      for (const number of numbers) world = await step(world, [...parties], number)
      expect(await chainFaults(house().gateway.db)).toEqual([])
      for (const { tenantId } of parties) {
        const gone = await house().gateway.admin('DELETE', `/namespaces/${tenantId}`)
        expect([204, 404]).toContain(gone.status)
      }
    })
    await fc.assert(property, {
      seed,
      numRuns: 1000,
      interruptAfterTimeLimit: seconds * 1000,
      markInterruptAsFailure: false,
      endOnFailure: true,
    })
    console.log(JSON.stringify(counts))
  },
  (seconds + 60) * 1000,
)
