import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type BenchAccount, seed } from './seed.ts'
import type { BenchIssuer } from './tokens.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

/** What the database and KV have been asked so far. */
export interface Counts {
  readonly requests: number
  readonly reads: number
  readonly writes: number
}

/** A database of some size, and a workerd that has seen nothing yet. */
export interface Stage {
  readonly workerd: Workerd
  readonly accounts: readonly BenchAccount[]
  readonly databaseUrl: string
  counts(): Promise<Counts>
  close(): void
}

/** What every stage is built from: files in one directory. */
export interface Workshop {
  readonly directory: string
  readonly template: string
  readonly issuer: BenchIssuer
  readonly gatewayBindings: Readonly<Record<string, string>>
  readonly floorBindings: Readonly<Record<string, string>>
}

/** A process of ours beside the Worker, spoken to over its channel. */
const startProcess = async <Ready>(name: string, ...args: string[]) => {
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), args)
  const [ready] = (await once(child, 'message')) as [Ready]
  return { child, ready }
}

const ask = async <Answer>(child: ChildProcess): Promise<Answer> => {
  child.send('counts')
  const [answer] = (await once(child, 'message')) as [Answer]
  return answer
}

let stages = 0
const running = new Set<() => void>()

/** Ends whatever stages are still up: a benchmark that failed must not leave servers behind. */
export const strikeAll = (): void => {
  for (const end of running) end()
}

/** Sets up a database with so many accounts and policies, and a fresh workerd on it. */
export const setStage = (
  workshop: Workshop,
  size: { readonly accounts: number; readonly policies: number },
): Promise<Stage> => setStageWith(workshop, (file) => seed(file, workshop.issuer, size))

/** Sets up a database that somebody fills, and a fresh workerd on it. */
export const setStageWith = async (
  workshop: Workshop,
  fill: (file: string) => Promise<readonly BenchAccount[]>,
): Promise<Stage> => {
  stages += 1
  const file = `${workshop.directory}/stage-${stages}.db`
  await copyFile(workshop.template, file)
  const accounts = await fill(file)
  const database = await startProcess<{ url: string }>('database-process', file)
  const kv = await startProcess<{ address: string }>('kv-process')
  const workerd = await startWorkerd(
    {
      gateway: 'gateway.js',
      floor: 'floor.js',
      bare: 'bare.js',
      kvAddress: kv.ready.address,
      gatewayBindings: { ...workshop.gatewayBindings, LIBSQL_URL: database.ready.url },
      floorBindings: { ...workshop.floorBindings, LIBSQL_URL: database.ready.url },
    },
    workshop.directory,
  )
  const end = (): void => {
    workerd.kill()
    database.child.kill()
    kv.child.kill()
    running.delete(end)
  }
  running.add(end)
  const counts = async (): Promise<Counts> => ({
    ...(await ask<{ requests: number }>(database.child)),
    ...(await ask<{ reads: number; writes: number }>(kv.child)),
  })
  return { workerd, accounts, databaseUrl: database.ready.url, counts, close: end }
}
