import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

// `@actions/core` brings an HTTP client of 700 KiB for a function that we do not call: it asks for
// ID tokens without telling why there is none. Without side effects, esbuild leaves it out.
const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^@actions\/(?:exec|http-client)/ }, async ({ path, ...options }) => {
      if (options.pluginData === 'resolving') return undefined
      const { kind, resolveDir, importer } = options
      const found = await resolve(path, { kind, resolveDir, importer, pluginData: 'resolving' })
      return { ...found, sideEffects: false }
    })
  },
}

const licenseOf = (name: string): string => {
  const directory = `${root}node_modules/${name}`
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file`)
  const { version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'))
  const text = readFileSync(`${directory}/${file}`, 'utf8').trim()
  return `${name} ${version} (${license})\n\n${text}\n`
}

const packageOf = (input: string): string | undefined =>
  /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]

/**
 * Bundles both steps of the action: the text of each file in `dist`. The same sources give the same
 * text on every machine; links are not followed, or their targets would stand in it.
 */
export const bundleAction = async (): Promise<Readonly<Record<string, string>>> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/action/main.ts', 'src/action/post.ts'],
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    preserveSymlinks: true,
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'warning',
    plugins: [leaveOutUnused],
  })
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const packages = [...new Set(used.map(packageOf))].filter((name) => name !== undefined).sort()
  const licenses = packages.map(licenseOf).join(`\n${'-'.repeat(80)}\n\n`)
  const bundles = outputFiles.map(({ path, text }) => [path.split('/').at(-1) ?? '', text] as const)
  return { ...Object.fromEntries(bundles), 'licenses.txt': licenses }
}
