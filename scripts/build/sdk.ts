import { build } from 'esbuild'
import { entries, placeOf, root } from './paths.ts'

/** Bundles the SDK: one file per export, what they share beside them, jose and frameworks outside. */
export const buildSdk = async (directory: string): Promise<void> => {
  await build({
    absWorkingDir: root,
    entryPoints: Object.values(entries).map((source) => ({ in: source, out: placeOf(source) })),
    outdir: directory,
    chunkNames: 'verifier/shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['jose', 'hono', 'hono/*', 'express', 'fastify'],
    logLevel: 'warning',
  })
}
