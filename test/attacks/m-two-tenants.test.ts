import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { Claims } from '../support/issuer.ts'
import { makeEcKey } from '../support/keys.ts'
import { chainFaults, isUnrouted } from '../support/trail.ts'
import { type Actor, found, type Party } from '../support/two-tenants/founding.ts'
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

const differ = (one: World, two: World): boolean =>
  JSON.stringify({ ...one, events: 0 }) !== JSON.stringify({ ...two, events: 0 })

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
  // Joining a group twice is no change: whatever is one leaves one event.
  const isNone = answer.done && !differ(before, after) && move.name !== 'revocations.create'
  const left = after.events - before.events
  expect({ ...context, events: isNone ? Math.min(left, 0) : left }).toEqual({
    ...context,
    events: isNone ? 0 : answer.events,
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
    const steps = fc.array(fc.noBias(fc.integer({ min: 0, max: 2 ** 32 - 1 })), {
      minLength: 80,
      maxLength: 80,
      size: 'max',
    })
    const property = fc.asyncProperty(steps, async (numbers) => {
      founded += 1
      const parties = [
        await found(house(), `qa-${founded}-x`, jwks[0] as Claims),
        await found(house(), `qb-${founded}-x`, jwks[0] as Claims),
      ] as const
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
