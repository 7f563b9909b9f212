import type { LoadResult } from './load.ts'

/** The figures of one series; CPU is that of the workerd process alone. */
export interface Figures {
  readonly requests_per_second: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly cpu_us_per_request: number
}

/** A number with so many digits behind the point. */
export const round = (value: number, digits = 0): number => Number(value.toFixed(digits))

/** The value below which this share of the values lies. */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** The figures of one load. */
export const figuresOf = (result: LoadResult, cpuMicros: number): Figures => ({
  requests_per_second: round((result.requests / result.elapsedMs) * 1000),
  p50_ms: round(quantile(result.latencies, 0.5), 2),
  p99_ms: round(quantile(result.latencies, 0.99), 2),
  cpu_us_per_request: round(cpuMicros / result.requests),
})

/** The value in the middle. */
export const median = (values: ArrayLike<number>): number => quantile(values, 0.5)

/** The median of each figure over rounds that took turns: the machine's noise hits all series. */
export const medianFigures = (rounds: readonly Figures[]): Figures => ({
  requests_per_second: median(rounds.map((figures) => figures.requests_per_second)),
  p50_ms: median(rounds.map((figures) => figures.p50_ms)),
  p99_ms: median(rounds.map((figures) => figures.p99_ms)),
  cpu_us_per_request: median(rounds.map((figures) => figures.cpu_us_per_request)),
})

/** A ratio to two digits. */
export const ratio = (part: number, whole: number): number => round(part / whole, 2)

/** Says what is going on, beside the report. */
export const say = (line: string): void => {
  console.error(`\u001b[2m${line}\u001b[0m`)
}
