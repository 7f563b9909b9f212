import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { buildFloor, buildGateway } from './build.ts'
import { type Figures, medianFigures, ratio } from './report.ts'
import { exchangeRequests, measure, secretRequests } from './series.ts'
import { type Stage, setStage, strikeAll, type Workshop } from './stage.ts'
import { type Client, prepare } from './workshop.ts'

const usage = `npm run bench -- [--json] [--quick]

Measures the gateway's production bundle on raw workerd, beside a floor that only verifies RS256 and
signs ES256, in one run. --quick sends a tenth of the requests. Takes about two minutes.`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
})
const scale = values.quick ? 0.1 : 1
const rounds = 3
const usedAccounts = 10

const say = (line: string): void => {
  console.error(`\u001b[2m${line}\u001b[0m`)
}

const exchangeOnce = async (stage: Stage, workshop: Workshop, count: number): Promise<Figures> => {
  const { accounts, workerd } = stage
  const requests = exchangeRequests(workerd.gateway, workshop.issuer, { accounts, count })
  return measure(stage, workerd.gateway, requests)
}

const countPerExchange = async (stage: Stage, workshop: Workshop) => {
  const count = 500
  const before = await stage.counts()
  await exchangeOnce(stage, workshop, count)
  const after = await stage.counts()
  return {
    database_round_trips_per_exchange: ratio(after.requests - before.requests, count),
    kv_reads_per_exchange: ratio(after.reads - before.reads, count),
    kv_writes_per_exchange: ratio(after.writes - before.writes, count),
  }
}

const mainSeries = async (workshop: Workshop, root: Client) => {
  const stage = await setStage(workshop, { accounts: usedAccounts, policies: usedAccounts })
  const { gateway, floor, bare } = stage.workerd
  const series: Record<'floor' | 'bare' | 'exchange' | 'client_credentials', Figures[]> = {
    floor: [],
    bare: [],
    exchange: [],
    client_credentials: [],
  }
  const { accounts } = stage
  await exchangeOnce(stage, workshop, 2000 * scale)
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}: floor, bare, exchange, client credentials`)
    const tokens = (count: number) =>
      exchangeRequests(gateway, workshop.issuer, { accounts, count: count * scale })
    series.floor.push(await measure(stage, floor, tokens(10_000)))
    series.bare.push(await measure(stage, bare, tokens(8000)))
    series.exchange.push(await measure(stage, gateway, tokens(8000)))
    const secrets = secretRequests(gateway, root, 5000 * scale)
    series.client_credentials.push(await measure(stage, gateway, secrets))
  }
  const counts = await countPerExchange(stage, workshop)
  stage.close()
  return {
    floor: medianFigures(series.floor),
    bare: medianFigures(series.bare),
    exchange: medianFigures(series.exchange),
    client_credentials: medianFigures(series.client_credentials),
    counts,
  }
}

const byPolicies = async (workshop: Workshop) => {
  const sizes = [10, 1000, 100_000]
  const figures = new Map<number, Figures[]>(sizes.map((policies) => [policies, []]))
  const stages = new Map<number, Stage>()
  for (const policies of sizes) {
    say(`filling a database with ${policies} policies`)
    const stage = await setStage(workshop, { accounts: usedAccounts, policies })
    stages.set(policies, stage)
    await exchangeOnce(stage, workshop, 1000 * scale)
  }
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}: ${sizes.join(', ')} policies`)
    for (const [policies, stage] of stages) {
      figures.get(policies)?.push(await exchangeOnce(stage, workshop, 5000 * scale))
    }
  }
  for (const stage of stages.values()) stage.close()
  return [...figures].map(([policies, each]) => {
    const { requests_per_second, p99_ms } = medianFigures(each)
    return { policies, requests_per_second, p99_ms }
  })
}

const cold = async (workshop: Workshop): Promise<Figures> => {
  const accounts = Math.ceil(4000 * scale)
  say(`${accounts} accounts, each asked once`)
  const stage = await setStage(workshop, { accounts, policies: accounts })
  const figures = await exchangeOnce(stage, workshop, accounts)
  stage.close()
  return figures
}

const run = async (directory: string) => {
  say('building the production bundle')
  const gzipKib = await buildGateway(directory)
  await buildFloor(directory)
  const { workshop, root } = await prepare(directory)
  const { floor, bare, exchange, client_credentials, counts } = await mainSeries(workshop, root)
  const exchange_by_policies = await byPolicies(workshop)
  return {
    floor,
    bare,
    exchange,
    client_credentials,
    exchange_cold: await cold(workshop),
    exchange_over_floor: ratio(exchange.requests_per_second, floor.requests_per_second),
    exchange_cpu_over_floor: ratio(exchange.cpu_us_per_request, floor.cpu_us_per_request),
    exchange_over_bare: ratio(exchange.requests_per_second, bare.requests_per_second),
    bare_over_floor: ratio(bare.requests_per_second, floor.requests_per_second),
    bare_cpu_over_floor: ratio(bare.cpu_us_per_request, floor.cpu_us_per_request),
    ...counts,
    bundle_gzip_kib: Number(gzipKib.toFixed(1)),
    exchange_by_policies,
  }
}

if (values.help) {
  console.log(usage)
} else {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-bench-`)
  try {
    const report = await run(directory)
    console.log(values.json ? JSON.stringify(report) : JSON.stringify(report, null, 2))
  } finally {
    strikeAll()
    await rm(directory, { recursive: true, force: true })
  }
}
