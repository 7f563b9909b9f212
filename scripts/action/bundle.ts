import { build, type Plugin } from 'esbuild'
import { licencesOf } from '../build/licences.ts'
import { root } from '../build/paths.ts'

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
  const bundles = outputFiles.map(({ path, text }) => [path.split('/').at(-1) ?? '', text] as const)
  return { ...Object.fromEntries(bundles), 'licenses.txt': await licencesOf('main.js', used) }
}
