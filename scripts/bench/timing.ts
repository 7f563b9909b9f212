import { load, postRequest } from './load.ts'
import { median, quantile, round, say } from './report.ts'
import type { Credentials } from './series.ts'
import { setStage, type Workshop } from './stage.ts'
import { makeSuspects, type Suspect } from './suspects.ts'

const microsPerMs = 1000
const splits = 200

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

/**
 * How far the medians of two random halves of one kind lie apart: what the measurement says of
 * kinds that do not differ. The 95th percentile of many splits; halves are noisier than the whole.
 */
const noiseOf = (micros: readonly number[]): number => {
  const half = Math.floor(micros.length / 2)
  const distances = Array.from({ length: splits }, () => {
    const mixed = shuffled(micros)
    return Math.abs(median(mixed.slice(0, half)) - median(mixed.slice(half)))
  })
  return quantile(distances, 0.95) / Math.SQRT2
}

/** Each kind once a round, one request at a time, in an order of its own every round. */
const interleave = async (
  endpoint: string,
  suspects: readonly Suspect[],
  perKind: number,
): Promise<ReadonlyMap<string, number[]>> => {
  const order = Array.from({ length: perKind }, () => shuffled(suspects)).flat()
  const requests = order.map(({ form }) => postRequest(endpoint, { form }))
  const result = await load(endpoint, requests, { connections: 1, status: 401 })
  if (result.failures > 0) throw new Error(`not refused as a client: ${result.firstFailure}`)
  const micros = new Map<string, number[]>(suspects.map(({ kind }) => [kind, []]))
  order.forEach(({ kind }, i) => {
    micros.get(kind)?.push((result.latencies[i] ?? 0) * microsPerMs)
  })
  return micros
}

const describe = (micros: readonly number[]) => ({
  p25_us: round(quantile(micros, 0.25)),
  median_us: round(median(micros)),
  p75_us: round(quantile(micros, 0.75)),
  noise_us: round(noiseOf(micros), 1),
})

const distances = (kinds: ReadonlyMap<string, number[]>) => {
  const names = [...kinds.keys()]
  return names.flatMap((one, i) =>
    names.slice(i + 1).map((other) => ({
      kinds: [one, other],
      medians_apart_us: round(
        Math.abs(median(kinds.get(one) ?? []) - median(kinds.get(other) ?? [])),
        1,
      ),
    })),
  )
}

// Each method of authentication has a time of its own, which tells nothing about any client.
const isAssertion = (kind: string): boolean => kind.startsWith('assertion')

/** Measures whether refused clients can be told apart by time, with the limiter unbound (R17). */
export const timing = async (
  workshop: Workshop,
  root: Credentials,
  { perKind }: { readonly perKind: number },
) => {
  const stage = await setStage(workshop, { accounts: 10, policies: 10 })
  const suspects = await makeSuspects(stage, root)
  const endpoint = `${stage.workerd.gateway}/oauth/token`
  say(`${perKind} refusals of each of ${suspects.length} kinds`)
  await interleave(endpoint, suspects, Math.ceil(perKind / 4))
  const micros = await interleave(endpoint, suspects, perKind)
  stage.close()
  const within = (assertions: boolean) =>
    distances(new Map([...micros].filter(([kind]) => isAssertion(kind) === assertions)))
  const kinds = Object.fromEntries([...micros].map(([kind, each]) => [kind, describe(each)]))
  return {
    requests_per_kind: perKind,
    kinds,
    noise_us: Math.max(...Object.values(kinds).map(({ noise_us }) => noise_us)),
    distances: [...within(false), ...within(true)],
  }
}
