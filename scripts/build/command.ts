import { chmod } from 'node:fs/promises'
import { build } from 'esbuild'
import { root } from './paths.ts'

// Some of what is bundled is CommonJS and asks for Node's own modules by `require`.
const banner = `import { createRequire as gatehouseRequire } from 'node:module'
const require = gatehouseRequire(import.meta.url)`

/**
 * Bundles the command line into one file that needs Node and nothing else. Returns the files of other
 * packages that went into it.
 */
export const buildCommand = async (file: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    banner: { js: banner },
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  await chmod(file, 0o755)
  return Object.keys(metafile.inputs).filter((input) => input.includes('node_modules/'))
}
