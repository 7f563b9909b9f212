import { createAdmin } from '../local/client.ts'
import { makeClient } from './clients.ts'
import type { Peer } from './peers.ts'
import { type Figures, median, medianFigures, ratio, round, say } from './report.ts'
import { type Credentials, exchangeRequests, measure, secretRequests } from './series.ts'
import { type Stage, setStage, type Workshop } from './stage.ts'

/** How much is measured: a share of the requests, on so many accounts in so many rounds. */
export interface Size {
  readonly scale: number
  readonly accounts: number
  readonly rounds: number
}

/** Exchanges `count` fresh tokens on a stage. */
export const exchangeOnce = async (
  stage: Stage,
  workshop: Workshop,
  count: number,
): Promise<Figures> => {
  const { accounts, workerd } = stage
  const requests = exchangeRequests(workerd.gateway, workshop.issuer, { accounts, count })
  return measure(stage, workerd.gateway, requests)
}

const loginOnce = (stage: Stage, client: Credentials, count: number): Promise<Figures> => {
  const requests = secretRequests(`${stage.workerd.gateway}/oauth/token`, client, count)
  return measure(stage, stage.workerd.gateway, requests)
}

const countAround = async (stage: Stage, count: number, load: () => Promise<Figures>) => {
  const before = await stage.counts()
  await load()
  const after = await stage.counts()
  return {
    roundTrips: ratio(after.requests - before.requests, count),
    reads: ratio(after.reads - before.reads, count),
    writes: ratio(after.writes - before.writes, count),
  }
}

const countEach = async (stage: Stage, workshop: Workshop, client: Credentials) => {
  const count = 500
  const exchange = await countAround(stage, count, () => exchangeOnce(stage, workshop, count))
  const login = await countAround(stage, count, () => loginOnce(stage, client, count))
  return {
    database_round_trips_per_exchange: exchange.roundTrips,
    kv_reads_per_exchange: exchange.reads,
    kv_writes_per_exchange: exchange.writes,
    database_round_trips_per_client_credentials: login.roundTrips,
  }
}

const peerOnce = (stage: Stage, peer: Peer, count: number): Promise<Figures> =>
  measure(stage, peer.endpoint, secretRequests(peer.endpoint, peer.client, count))

type Series = 'floor' | 'bare' | 'exchange' | 'client_credentials' | 'peer'

const oneRound = async (
  stage: Stage,
  client: Credentials,
  { workshop, peer, scale }: Setting,
): Promise<ReadonlyMap<Series, Figures>> => {
  const { accounts } = stage
  const { gateway, floor, bare } = stage.workerd
  const tokens = (count: number) =>
    exchangeRequests(gateway, workshop.issuer, { accounts, count: count * scale })
  const figures = new Map<Series, Figures>()
  figures.set('floor', await measure(stage, floor, tokens(10_000)))
  figures.set('bare', await measure(stage, bare, tokens(8000)))
  figures.set('exchange', await measure(stage, gateway, tokens(8000)))
  figures.set('client_credentials', await loginOnce(stage, client, 5000 * scale))
  if (peer !== null) figures.set('peer', await peerOnce(stage, peer, 5000 * scale))
  return figures
}

// By rounds: what stands side by side had the same machine, whatever else that machine was doing.
const overPeer = (rounds: readonly ReadonlyMap<Series, Figures>[]): number => {
  const speed = (figures: ReadonlyMap<Series, Figures>, series: Series): number =>
    figures.get(series)?.requests_per_second ?? 0
  return round(
    median(rounds.map((each) => speed(each, 'client_credentials') / speed(each, 'peer'))),
    2,
  )
}

/** What takes turns on one stage. */
export interface Setting extends Size {
  readonly workshop: Workshop
  readonly root: Credentials
  readonly peer: Peer | null
}

/** Measures each series once a round, so that the machine's noise hits all of them. */
export const mainSeries = async (setting: Setting) => {
  const { workshop, root, peer, scale, accounts, rounds } = setting
  const stage = await setStage(workshop, { accounts, policies: accounts })
  const client = await makeClient(await createAdmin(stage.workerd.gateway, root), 'login')
  await exchangeOnce(stage, workshop, 2000 * scale)
  if (peer !== null) await peerOnce(stage, peer, 2000 * scale)
  const each: ReadonlyMap<Series, Figures>[] = []
  for (let done = 0; done < rounds; done++) {
    say(`round ${done + 1} of ${rounds}: floor, bare, exchange, client credentials`)
    each.push(await oneRound(stage, client, setting))
  }
  const counts = await countEach(stage, workshop, client)
  stage.close()
  const middle = (series: Series): Figures =>
    medianFigures(each.flatMap((figures) => figures.get(series) ?? []))
  return {
    floor: middle('floor'),
    bare: middle('bare'),
    exchange: middle('exchange'),
    client_credentials: middle('client_credentials'),
    peer: peer === null ? null : { figures: middle('peer'), ratio: overPeer(each) },
    counts,
  }
}
