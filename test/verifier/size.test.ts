import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const bundle = (options: BuildOptions) =>
  build({
    stdin: {
      contents: `export * from 'gatehouse/verify'`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2024',
    ...options,
  })

it('the whole of gatehouse/verify is at most 30 KiB of gzip, with jose', async () => {
  const { outputFiles, metafile } = await bundle({ conditions: ['workerd', 'worker', 'browser'] })
  const kib = gzipSync(outputFiles?.[0]?.contents ?? '').length / 1024
  expect(kib).toBeGreaterThan(5)
  expect(kib).toBeLessThanOrEqual(30)
  const inputs = Object.keys(metafile?.inputs ?? {})
  expect(inputs.some((input) => input.includes('node_modules/jose/'))).toBe(true)
  const packages = inputs.filter(
    (input) => input.includes('node_modules/') && !input.includes('node_modules/jose/'),
  )
  expect(packages).toEqual([])
})

it('needs nothing of Node', async () => {
  const { metafile } = await bundle({ platform: 'neutral', mainFields: ['module', 'main'] })
  const outputs = Object.values(metafile?.outputs ?? {})
  expect(outputs.flatMap(({ imports }) => imports)).toEqual([])
})
