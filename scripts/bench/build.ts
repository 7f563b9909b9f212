import { execFile } from 'node:child_process'
import { copyFile, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Builds the deployed bundle as a deployment would, and says how big it is in KiB of gzip. */
export const buildGateway = async (directory: string): Promise<number> => {
  await run(
    process.execPath,
    [
      `${root}node_modules/wrangler/bin/wrangler.js`,
      'deploy',
      '--dry-run',
      '--outdir',
      `${directory}/out`,
    ],
    { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
  )
  await copyFile(`${directory}/out/index.js`, `${directory}/gateway.js`)
  return gzipSync(await readFile(`${directory}/gateway.js`)).length / 1024
}

/** Builds what the gateway is compared with, and what verifies its tokens. */
export const buildFloor = async (directory: string): Promise<void> => {
  await build({
    entryPoints: {
      floor: `${root}scripts/bench/floor-worker.ts`,
      bare: `${root}scripts/bench/bare-worker.ts`,
      verify: `${root}scripts/bench/verify-worker.ts`,
    },
    outdir: directory,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
  })
}
