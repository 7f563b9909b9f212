import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { readOptions } from '../local/options.ts'
import { buildFloor, buildGateway } from './build.ts'
import { endPeers, startPeer } from './peers.ts'
import { ratio, say } from './report.ts'
import { mainSeries } from './rounds.ts'
import { scale } from './scale.ts'
import { byPolicies, cold } from './spread.ts'
import { strikeAll } from './stage.ts'
import { timing } from './timing.ts'
import { verify } from './verify.ts'
import { prepare } from './workshop.ts'

const usage = `npm run bench -- [--json] [--quick] [--peers] [--timing] [--scale] [--verify]

Measures the gateway's production bundle on raw workerd, beside a floor that only verifies RS256 and
signs ES256, in one run. --quick sends a tenth of the requests. --peers also measures npm's
oidc-provider, which keeps everything in memory, in turns with our client credentials, which ask the
database. Takes about two minutes. --timing measures something else: whether refused clients can be
told apart by the time it takes to refuse them. --scale compares a tenant of 10 000 accounts and 100 000
bindings with one of 100 and 1 000, call by call. --verify measures only what verifies tokens in an API,
beside bare jose.`

const values = readOptions(usage, {
  help: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: false },
  timing: { type: 'boolean', default: false },
  scale: { type: 'boolean', default: false },
  verify: { type: 'boolean', default: false },
})
const size = { scale: values.quick ? 0.1 : 1, accounts: 10, rounds: 3 }

type Prepared = Awaited<ReturnType<typeof prepare>>

type Main = Awaited<ReturnType<typeof mainSeries>>

const besidePeer = ({ peer }: Main) => {
  if (peer === null) return {}
  const { requests_per_second, p50_ms, p99_ms } = peer.figures
  return {
    peers: { oidc_provider: { requests_per_second, p50_ms, p99_ms } },
    client_credentials_over_oidc_provider: peer.ratio,
  }
}

const benchmark = async ({ workshop, root }: Prepared, gzipKib: number) => {
  const verification = await verify(workshop.directory, size)
  const peer = values.peers ? await startPeer() : null
  const main = await mainSeries({ ...size, workshop, root, peer })
  peer?.close()
  const { floor, bare, exchange, client_credentials, counts } = main
  const exchange_by_policies = await byPolicies(workshop, size)
  return {
    floor,
    bare,
    exchange,
    client_credentials,
    exchange_cold: await cold(workshop, size.scale),
    exchange_over_floor: ratio(exchange.requests_per_second, floor.requests_per_second),
    exchange_cpu_over_floor: ratio(exchange.cpu_us_per_request, floor.cpu_us_per_request),
    exchange_over_bare: ratio(exchange.requests_per_second, bare.requests_per_second),
    bare_over_floor: ratio(bare.requests_per_second, floor.requests_per_second),
    bare_cpu_over_floor: ratio(bare.cpu_us_per_request, floor.cpu_us_per_request),
    ...counts,
    ...besidePeer(main),
    ...verification,
    bundle_gzip_kib: Number(gzipKib.toFixed(1)),
    exchange_by_policies,
  }
}

const run = async (directory: string) => {
  say('building the production bundle')
  if (values.verify) {
    await buildFloor(directory)
    return verify(directory, size)
  }
  const gzipKib = await buildGateway(directory)
  await buildFloor(directory)
  const prepared = await prepare(directory)
  if (values.scale) return scale(prepared.workshop, prepared.root, { rounds: 40 * size.scale })
  if (!values.timing) return benchmark(prepared, gzipKib)
  return timing(prepared.workshop, prepared.root, { perKind: 1000 * size.scale })
}

if (values.help) {
  console.log(usage)
} else {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-bench-`)
  try {
    const report = await run(directory)
    console.log(values.json ? JSON.stringify(report) : JSON.stringify(report, null, 2))
  } finally {
    endPeers()
    strikeAll()
    await rm(directory, { recursive: true, force: true })
  }
}
