import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { compatibilityDate } from '../local/workers.ts'

/** A running workerd with the gateway and what it is compared with. */
export interface Workerd {
  readonly gateway: string
  readonly floor: string
  readonly bare: string
  /** CPU time of this process alone, in microseconds. */
  cpuMicros(): number
  kill(): void
}

/** What the Workers are made of: bundles beside the configuration, and texts of bindings. */
export interface Scripts {
  readonly gateway: string
  readonly floor: string
  readonly bare: string
  /** Where the map behind the KV binding listens. */
  readonly kvAddress: string
  readonly gatewayBindings: Readonly<Record<string, string>>
  readonly floorBindings: Readonly<Record<string, string>>
}

// A CommonJS package whose default export is the path of its binary.
const binary = (createRequire(import.meta.url)('workerd') as { default: string }).default

const texts = (bindings: Readonly<Record<string, string>>): string =>
  Object.entries(bindings)
    .map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`)
    .join(', ')

const withKv = (bindings: Readonly<Record<string, string>>): string =>
  `${texts(bindings)}, (name = "REPLAY", kvNamespace = "kv")`

const worker = (script: string, bindings: string): string => `(
  modules = [(name = "main.js", esModule = embed "${script}")],
  compatibilityDate = "${compatibilityDate()}",
  bindings = [${bindings}],
  globalOutbound = "network")`

const configOf = (scripts: Scripts, ports: readonly number[]): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "gateway", worker = ${worker(scripts.gateway, withKv(scripts.gatewayBindings))}),
    (name = "floor", worker = ${worker(scripts.floor, texts(scripts.floorBindings))}),
    (name = "bare", worker = ${worker(scripts.bare, withKv(scripts.floorBindings))}),
    (name = "kv", external = (address = "${scripts.kvAddress}", http = ())),
    (name = "network", network = (allow = ["private", "local", "public"])),
  ],
  sockets = [
    (name = "gateway", address = "127.0.0.1:${ports[0]}", http = (), service = "gateway"),
    (name = "floor", address = "127.0.0.1:${ports[1]}", http = (), service = "floor"),
    (name = "bare", address = "127.0.0.1:${ports[2]}", http = (), service = "bare"),
  ],
);
`

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const microsPerTick = 10_000

// Fields 14 and 15 of /proc/<pid>/stat, counted after the command's closing parenthesis.
const cpuOf = ({ pid }: ChildProcess): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * microsPerTick
}

const listening = async (url: string): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`workerd does not answer at ${url}`)
}

/** Starts raw `workerd serve`: no proxy between the load and the Worker. */
export const startWorkerd = async (scripts: Scripts, directory: string): Promise<Workerd> => {
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  const config = `${directory}/bench-${ports[0]}.capnp`
  await writeFile(config, configOf(scripts, ports))
  const child = spawn(binary, ['serve', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [gateway = '', floor = '', bare = ''] = ports.map((port) => `http://127.0.0.1:${port}`)
  await listening(`${gateway}/healthz`)
  return {
    gateway,
    floor,
    bare,
    cpuMicros: () => cpuOf(child),
    kill: () => child.kill('SIGKILL'),
  }
}
