import { compatibilityDate } from '../local/workers.ts'
import { freePort, type Served, serve } from './serve.ts'

/** A running workerd with the gateway and what it is compared with. */
export interface Workerd extends Served {
  readonly gateway: string
  readonly floor: string
  readonly bare: string
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

/** Starts raw `workerd serve`: no proxy between the load and the Worker. */
export const startWorkerd = async (scripts: Scripts, directory: string): Promise<Workerd> => {
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  const [gateway = '', floor = '', bare = ''] = ports.map((port) => `http://127.0.0.1:${port}`)
  const served = await serve(configOf(scripts, ports), directory, `${gateway}/healthz`)
  return { gateway, floor, bare, ...served }
}
