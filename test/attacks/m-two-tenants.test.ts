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
const seconds = Number(process.env.PROPERTY_SECONDS ?? 40)

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

interface Answer {
  readonly status: number
  readonly text: string
  readonly body: string
  readonly etag: string | null
  readonly done: boolean
  /** How many events it leaves, if it changes something. */
  readonly events: number
}

const call = async ({ token }: Actor, { method, path, body, ifMatch }: Move): Promise<Answer> => {
  const options = { token, ...(ifMatch !== undefined && { ifMatch }) }
  const answer = await house().gateway.admin(method, path, body, options)
  const headers = ['location', 'etag', 'link'].map((name) => answer.headers.get(name))
  const said = await answer.text()
  count(`${answer.status}`)
  const isKnown = answer.status !== 401 && !isUnrouted(said)
  const isReading = method === 'GET' || path.includes('dry_run=true')
  const events = isKnown && (!answer.ok || !isReading) ? 1 : 0
  const text = `${headers.join(' ')} ${said}`
  const [, etag = null] = headers
  return { status: answer.status, text, body: said, etag, done: answer.ok, events }
}

/** What a tenant's own people have sent of the other's: their trail tells it to them again. */
const sent = new Map<string, Set<string>>()

const differ = (one: World, two: World): boolean =>
  JSON.stringify({ ...one, events: 0 }) !== JSON.stringify({ ...two, events: 0 })

interface Deed {
  readonly own: Party
  readonly other: Party
  readonly actor: Actor
  readonly move: Move
}

/** Makes one call, and checks all that must hold after it. */
const perform = async (before: World, { own, other, actor, move }: Deed) => {
  const context = { as: actor.role, of: own.path, move }
  const must = (name: string, is: unknown, expected: unknown) =>
    expect({ ...context, [name]: is }).toEqual({ ...context, [name]: expected })
  const answer = await call(actor, move)
  expect(answer.status, `${JSON.stringify(context)} ${answer.text}`).toBeLessThan(500)
  const after = await readWorld(house().gateway.db)
  // Joining a group twice is no change: whatever is one leaves one event.
  const isNone = answer.done && !differ(before, after) && move.name !== 'revocations.create'
  const left = after.events - before.events
  must('events', isNone ? Math.min(left, 0) : left, isNone ? 0 : answer.events)
  if (answer.done && move.method !== 'GET') {
    count(move.name)
    must('gained', gained(before, after, actor.id), [])
  } else must('changed', differ(before, after), false)
  const words = [...new Set([...wordsOf(before, other), ...wordsOf(after, other)])]
  const asked = `${move.path} ${JSON.stringify(move.body)}`
  const named = foreignIn(asked, words)
  const told = sent.get(own.path) ?? new Set<string>()
  sent.set(own.path, new Set([...told, ...named]))
  const echoed = move.name === 'events' ? [...told] : []
  const seen = foreignIn(answer.text, words).filter(
    (word) => !asked.includes(word) && !echoed.some((text) => text.includes(word)),
  )
  must('seen', seen.length > 0 && [seen, answer.text], false)
  if (named.length === 0) return { answer, after }
  count('about the other tenant')
  const likewise = await call(actor, twinOf(move, named))
  const plain = twinOf({ ...move, path: answer.text }, named).path
  must('twin', [answer.status, plain], [likewise.status, likewise.text])
  const last = await readWorld(house().gateway.db)
  must('events', last.events - after.events, likewise.events)
  return { answer, after: last }
}

/** What a party has exported: the last of each namespace. */
const exported = new Map<string, Map<string, unknown>>()

/** Lets somebody do something; what was planned is applied. */
const step = async (before: World, parties: readonly [Party, Party], number: number) => {
  const dice = diceOf(number)
  const [own, other] = dice.chance(50) ? parties : [parties[1], parties[0]]
  // Most of what is asked must succeed: owners ask more often.
  const actor = dice.chance(45) ? dice.of(own.actors.slice(0, 2)) : dice.of(own.actors)
  const documents = exported.get(own.path) ?? new Map<string, unknown>()
  exported.set(own.path, documents)
  const move = chooseMove({
    world: before,
    dice,
    own,
    other,
    actorId: actor.id,
    jwks,
    issuerUrls: own.issuerUrls,
    documents: [...documents],
  })
  const { answer, after } = await perform(before, { own, other, actor, move })
  const [, id = '', verb] = /^\/namespaces\/(ns_[0-9a-z]+):(export|apply)/.exec(move.path) ?? []
  if (answer.done && verb === 'export') documents.set(id, JSON.parse(answer.body))
  if (!answer.done || verb !== 'apply') return after
  const path = move.path.replace('dry_run=true', 'dry_run=false')
  const applying = { ...move, name: 'state.apply', path, ifMatch: answer.etag ?? '' }
  return (await perform(after, { own, other, actor, move: applying })).after
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
