import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Client, createClient } from '@libsql/client/http'
import { Miniflare } from 'miniflare'
import { expect, inject } from 'vitest'
import { startHranaServer } from '../../scripts/hrana/listen.ts'
import { scheduledPath } from '../../scripts/local/workers.ts'
import { type Clients, createClients } from './clients.ts'
import { type FaultyDatabase, startFaultyDatabase } from './faulty-database.ts'
import { type Bindings, bindings } from './gateway-bindings.ts'
import { createIssuers, type Issuers } from './issuers.ts'
import { type KvAccess, kvAccess } from './kv.ts'
import { type MiniflareWorker, withOutbound } from './outbound.ts'
import { type RootCredentials, type RunPaths, runPaths } from './settings.ts'

type HranaServer = Awaited<ReturnType<typeof startHranaServer>>

export interface GatewayOptions {
  /** Which bundle runs: what is deployed, or the test entry with its clock and fault switches. */
  readonly entry?: 'production' | 'test'
  /** Puts a proxy with switchable faults between the Worker and the database. */
  readonly faultyDatabase?: boolean
  /** Further variables or bindings; null leaves one of ours out. */
  readonly env?: Readonly<Record<string, Bindings[string] | null>>
  /** Lets KV survive a restart, as it survives an isolate. */
  readonly persistKv?: boolean
  /** Keeps what the Worker mails, to be read with `mailbox`. */
  readonly mailbox?: boolean
  /** Delays and failures of the Hrana server itself. */
  readonly hrana?: { readonly latencyMs?: number; readonly failRate?: number }
}

export interface Gateway extends Clients {
  /** Where it listens; changes with a restart. */
  url(): string
  readonly issuers: Issuers
  readonly root: RootCredentials
  /** Looks into the database or alters it; counts among `hrana.requests()`. */
  readonly db: Client
  readonly hrana: HranaServer
  /** The proxy of `faultyDatabase`; throws without that option. */
  readonly database: FaultyDatabase
  readonly kv: KvAccess
  /** Every line the Worker logged. */
  readonly logs: string[]
  /** Starts the Worker anew on the same database: memory is empty afterwards, and KV as a rule. */
  restart(): Promise<void>
  /** Starts one more Worker on the same database, with a memory of its own and these changes. */
  beside(env?: GatewayOptions['env']): Promise<Clients>
  /** Has the clock strike: runs the scheduled handler to its end. */
  scheduled(): Promise<void>
  close(): Promise<void>
}

/** Boots a gateway in workerd on a database of its own, with issuers that obey the test. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const paths = runPaths(inject('runDirectory'))
  const bundle = options.entry === 'test' ? paths.testBundle : paths.productionBundle
  const [issuers, script] = await Promise.all([createIssuers(), readFile(bundle, 'utf8')])
  const storage = await startStorage(paths, options)
  const logs: string[] = []
  const workersWith = (env: GatewayOptions['env']) =>
    withOutbound(
      { name: 'gatehouse', script, env: bindings(storage.url, { ...options.env, ...env }) },
      issuers.handle,
      [storage.url],
    )
  const workers = workersWith({})
  const others: Running[] = []
  const persistence = options.persistKv ? { resourcePersistencePath: storage.directory } : {}
  const shared = { ...persistence, unsafeLocalExplorer: options.mailbox ?? false }
  let running = await launch(workers, logs, shared)
  const { root, db, hrana } = storage
  const clients = createClients(() => running.url, root)
  return {
    ...clients,
    url: () => running.url,
    issuers,
    root,
    db,
    hrana,
    get database() {
      if (storage.proxy === undefined) throw new Error('start it with faultyDatabase: true')
      return storage.proxy
    },
    logs,
    kv: kvAccess(() => running.miniflare),
    restart: async () => {
      await running.miniflare.dispose()
      running = await launch(workers, logs, shared)
    },
    scheduled: async () => {
      const response = await clients.fetch(scheduledPath)
      expect([response.status, await response.text()]).toEqual([200, 'ok'])
    },
    beside: async (env = {}) => {
      const other = await launch(workersWith(env), logs)
      others.push(other)
      return createClients(() => other.url, root)
    },
    close: async () => {
      await Promise.all([running, ...others].map(({ miniflare }) => miniflare.dispose()))
      await storage.close()
    },
  }
}

interface Storage {
  /** What the Worker is told. */
  readonly url: string
  /** Deleted at the end. */
  readonly directory: string
  readonly root: RootCredentials
  readonly db: Client
  readonly hrana: HranaServer
  readonly proxy: FaultyDatabase | undefined
  close(): Promise<void>
}

async function startStorage(paths: RunPaths, options: GatewayOptions): Promise<Storage> {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-`)
  const file = `${directory}/gateway.db`
  await copyDatabase(paths.templateDatabase, file)
  const hrana = await startHranaServer({ file, synchronous: 'OFF', ...options.hrana })
  const proxy = options.faultyDatabase ? await startFaultyDatabase(hrana.url) : undefined
  const db = createClient({ url: hrana.url })
  return {
    url: proxy?.url ?? hrana.url,
    directory,
    root: JSON.parse(await readFile(paths.rootCredentials, 'utf8')) as RootCredentials,
    db,
    hrana,
    proxy,
    close: async () => {
      db.close()
      await Promise.all([proxy?.close(), hrana.close()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

// What was written last may still be in the write-ahead log.
async function copyDatabase(from: string, to: string): Promise<void> {
  const parts = ['', '-wal'].filter((suffix) => existsSync(from + suffix))
  await Promise.all(parts.map((suffix) => copyFile(from + suffix, to + suffix)))
}

interface Running {
  readonly miniflare: Miniflare
  readonly url: string
}

async function launch(
  workers: MiniflareWorker[],
  logs: string[],
  shared: {
    readonly resourcePersistencePath?: string
    readonly unsafeLocalExplorer?: boolean
  } = {},
): Promise<Running> {
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    unsafeTriggerHandlers: true,
    handleStructuredLogs: ({ message }) => logs.push(message),
    workers,
    ...shared,
  })
  return { miniflare, url: (await miniflare.ready).origin }
}
