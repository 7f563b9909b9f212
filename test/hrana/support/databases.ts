import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  type HranaServer,
  type HranaServerOptions,
  startHranaServer,
} from '../../../scripts/hrana/listen.ts'

/** Makes a folder that is gone after the test; returns the path of a database file in it. */
export function newDatabaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hrana-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'test.sqlite')
}

/** Starts a server on a database of its own and closes it after the test. */
export async function startServer(options: Partial<HranaServerOptions> = {}): Promise<HranaServer> {
  const server = await startHranaServer({
    file: newDatabaseFile(),
    synchronous: 'OFF',
    ...options,
  })
  onTestFinished(() => server.close())
  return server
}
