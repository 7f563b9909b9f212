import type { Operation } from '../../client/operations.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Api, connectApi } from '../resources/api.ts'
import { queryFlags } from '../resources/flags.ts'
import { layOver } from '../resources/input.ts'
import { given, type Invocation, option } from '../resources/invocation.ts'
import { readPages } from '../resources/pages.ts'
import type { Decision } from './decision.ts'
import { oneLineStory } from './story.ts'

const everyMs = 2000
// A decision is written when its request ends, and its id and time are from when it began.
const lateMs = 30_000

interface Search {
  readonly list: Operation
  readonly query: Readonly<Record<string, unknown>>
}

const look = async (api: Api, { list, query }: Search, since: number) => {
  const within = { ...query, since: new Date(since).toISOString() }
  const { items } = await readPages(api, list, { query: within })
  return (items as unknown as readonly Decision[]).toReversed()
}

const searchOf = async (invocation: Invocation, api: Api): Promise<Search> => {
  const { cli, verb } = invocation
  const reading = { cli, api, past: true }
  const query = await layOver({}, given(invocation, queryFlags(verb.operation)), reading)
  const denied = option<boolean>(invocation, 'denied') === true
  return { list: verb.operation, query: { ...query, ...(denied && { outcome: 'refused' }) } }
}

const tell = (cli: Cli, decision: Decision): void =>
  cli.print(decision, () => oneLineStory(decision))

const follow = async (invocation: Invocation): Promise<void> => {
  const { cli } = invocation
  const api = await connectApi(cli, option(invocation, 'url'))
  const search = await searchOf(invocation, api)
  const { since, ...query } = search.query
  const begun = since === undefined ? cli.now() : Date.parse(String(since))
  let from = begun
  let told: ReadonlySet<string | null> = new Set()
  for (;;) {
    const asked = cli.now()
    const found = await look(api, { ...search, query }, from)
    for (const decision of found) if (!told.has(decision.id)) tell(cli, decision)
    if (option(invocation, 'once') === true) return
    told = new Set([...found.map(({ id }) => id), ...told].slice(0, 10_000))
    from = Math.max(begun, asked - lateMs)
    await cli.sleep(everyMs)
  }
}

// Ctrl-C is how it ends: that is no error, and needs no words.
const stop = (): never => process.exit(exitCodes.interrupted)

/** `decisions tail`: prints new decisions, oldest first, until it is interrupted. */
export const tail = async (invocation: Invocation): Promise<void> => {
  process.once('SIGINT', stop)
  try {
    await follow(invocation)
  } finally {
    process.off('SIGINT', stop)
  }
}
