import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { TestProject } from 'vitest/node'
import { provision } from '../../scripts/database/provision.ts'
import { startHranaServer } from '../../scripts/hrana/listen.ts'
import { ROOT, type RunPaths, runPaths, settings } from './settings.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory that this run's bundles and database are in. */
    runDirectory: string
  }
}

/** Builds both bundles and one migrated database for the whole run; vitest calls it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A directory of its own: two runs in one checkout must not read each other's half-built files.
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-run-`)
  const paths = runPaths(directory)
  await Promise.all([buildProduction(directory), buildTestEntry(paths), makeDatabase(paths)])
  project.provide('runDirectory', directory)
  return () => rm(directory, { recursive: true, force: true })
}

/** Bundles the deployed entry exactly as a deployment would. */
async function buildProduction(directory: string): Promise<void> {
  const wrangler = `${ROOT}node_modules/wrangler/bin/wrangler.js`
  const args = [wrangler, 'deploy', '--dry-run', '--outdir', `${directory}/production`]
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' }
  await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })
}

async function buildTestEntry({ testBundle }: RunPaths): Promise<void> {
  await build({
    entryPoints: [`${ROOT}test/worker/entry.ts`],
    outfile: testBundle,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    minify: false,
    logLevel: 'warning',
  })
}

/** Migrates a database and makes a root account, with the scripts that an operator uses. */
async function makeDatabase(paths: RunPaths): Promise<void> {
  const server = await startHranaServer({ file: paths.templateDatabase })
  try {
    const credentials = await provision({ libsqlUrl: server.url, ...settings })
    await writeFile(paths.rootCredentials, JSON.stringify(credentials))
  } finally {
    await server.close()
  }
}
