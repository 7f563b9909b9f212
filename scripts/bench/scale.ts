import { load } from './load.ts'
import { median, quantile, round, say } from './report.ts'
import { perTurn, type Series, scaleCalls } from './scale-calls.ts'
import { type Setting, setTenant } from './scale-setting.ts'
import type { Credentials } from './series.ts'
import type { Workshop } from './stage.ts'

const sizes = { small: 100, large: 10_000 } as const

type Size = keyof typeof sizes

const order = ['small', 'large'] as const

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
  for (const name of Object.keys(scaleCalls)) latencies.set(name, { small: [], large: [] })
  for (let done = -1; done < rounds; done++) {
    for (const [name, series] of Object.entries(scaleCalls)) {
      for (const size of done % 2 === 0 ? order : order.toReversed()) {
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
  const small = await setTenant(workshop, root, sizes.small)
  const large = await setTenant(workshop, root, sizes.large)
  say(`${rounds} rounds of ${Object.keys(scaleCalls).length} calls, ${perTurn} of each`)
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
