import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type BenchAccount, seed } from './seed.ts'
import type { BenchIssuer } from './tokens.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

/** A database of some size, and a workerd that has seen nothing yet. */
export interface Stage {
  readonly workerd: Workerd
  readonly accounts: readonly BenchAccount[]
  /** Requests that the database has answered. */
  databaseRequests(): Promise<number>
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

const databaseProcess = fileURLToPath(new URL('./database-process.ts', import.meta.url))

const ask = async (child: ChildProcess): Promise<number> => {
  child.send('requests')
  const [answer] = (await once(child, 'message')) as [{ requests: number }]
  return answer.requests
}

const startDatabase = async (file: string): Promise<{ child: ChildProcess; url: string }> => {
  const child = fork(databaseProcess, [file])
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { child, url }
}

let stages = 0
const running = new Set<() => void>()

/** Ends whatever stages are still up: a benchmark that failed must not leave servers behind. */
export const strikeAll = (): void => {
  for (const end of running) end()
}

/** Sets up a database with so many accounts and policies, and a fresh workerd on it. */
export const setStage = async (
  workshop: Workshop,
  size: { readonly accounts: number; readonly policies: number },
): Promise<Stage> => {
  stages += 1
  const file = `${workshop.directory}/stage-${stages}.db`
  await copyFile(workshop.template, file)
  const accounts = await seed(file, workshop.issuer, size)
  const { child, url } = await startDatabase(file)
  const workerd = await startWorkerd(
    {
      gateway: 'gateway.js',
      floor: 'floor.js',
      kv: 'kv.js',
      gatewayBindings: { ...workshop.gatewayBindings, LIBSQL_URL: url },
      floorBindings: workshop.floorBindings,
    },
    workshop.directory,
  )
  const end = (): void => {
    workerd.kill()
    child.kill()
    running.delete(end)
  }
  running.add(end)
  return { workerd, accounts, databaseRequests: () => ask(child), close: end }
}
