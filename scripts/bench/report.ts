import type { LoadResult } from './load.ts'

/** The figures of one series; CPU is that of the workerd process alone. */
export interface Figures {
  readonly requests_per_second: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly cpu_us_per_request: number
}

const round = (value: number, digits = 0): number => Number(value.toFixed(digits))

const at = (latencies: Float64Array, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0

/** The figures of one load. */
export const figuresOf = (result: LoadResult, cpuMicros: number): Figures => ({
  requests_per_second: round((result.requests / result.elapsedMs) * 1000),
  p50_ms: round(at(result.latencies, 0.5), 2),
  p99_ms: round(at(result.latencies, 0.99), 2),
  cpu_us_per_request: round(cpuMicros / result.requests),
})

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** The median of each figure over rounds that took turns: the machine's noise hits all series. */
export const medianFigures = (rounds: readonly Figures[]): Figures => ({
  requests_per_second: median(rounds.map((figures) => figures.requests_per_second)),
  p50_ms: median(rounds.map((figures) => figures.p50_ms)),
  p99_ms: median(rounds.map((figures) => figures.p99_ms)),
  cpu_us_per_request: median(rounds.map((figures) => figures.cpu_us_per_request)),
})

/** A ratio to two digits. */
export const ratio = (part: number, whole: number): number => round(part / whole, 2)
