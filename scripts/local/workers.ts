import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { MiniflareOptions } from 'miniflare'

/** A Worker as Miniflare 5 takes it. */
export type LocalWorker = MiniflareOptions['workers'][number]

/**
 * Where Miniflare, told to, takes a request for the clock's: the scheduled handler runs. Only this
 * machine is heard; it refuses the `Host` and `Origin` of everybody else.
 */
export const scheduledPath = '/cdn-cgi/local/scheduled'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The compatibility date that production runs with. */
export const compatibilityDate = (): string => {
  const wrangler = readFileSync(`${root}wrangler.toml`, 'utf8')
  const date = /^compatibility_date = "([0-9-]+)"$/m.exec(wrangler)?.[1]
  if (date === undefined) throw new Error('wrangler.toml has no compatibility_date')
  return date
}

/** Bundles an entry of this checkout into the text of one ES module. */
export const bundleWorker = async (entry: string): Promise<string> => {
  const result = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'warning',
  })
  return result.outputFiles[0]?.text ?? ''
}

/** Describes one Worker; it runs with the compatibility date of production. */
export const localWorker = (
  name: string,
  script: string,
  env: NonNullable<LocalWorker['config']['env']>,
): LocalWorker => {
  const modules = { 'index.js': { type: 'esm' as const, contents: script } }
  const manifest = { mainModule: 'index.js', modulesRoot: '/', modules }
  return {
    config: { name, compatibilityDate: compatibilityDate(), manifest, env, exports: {} },
    dev: {},
  }
}

/** A variable of a Worker. */
export const text = (value: string) => ({ type: 'text' as const, value })
