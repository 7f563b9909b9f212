import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ROOT, runPaths } from './support/settings.ts'

const run = promisify(execFile)

describe('what is deployed', () => {
  test('reaches neither the development entry nor the test entry', async () => {
    const { metafile } = await build({
      entryPoints: [`${ROOT}src/index.ts`],
      absWorkingDir: ROOT,
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      conditions: ['workerd', 'worker', 'browser'],
    })
    const ours = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'))
    expect(ours).toContain('src/worker.ts')
    expect(ours.filter((path) => !path.startsWith('src/'))).toEqual([])
  })

  // The reference (document, pages, words) is a tenth of it, and is initialised when it is asked for.
  test('is at most 300 KiB of gzip', async () => {
    const bundle = await readFile(runPaths(inject('runDirectory')).productionBundle)
    expect(gzipSync(bundle).length / 1024).toBeLessThanOrEqual(300)
  })
})

describe('the layer check', () => {
  let copy: string

  beforeAll(async () => {
    copy = await mkdtemp(`${tmpdir()}/gatehouse-layers-`)
    await cp(`${ROOT}src`, `${copy}/src`, { recursive: true })
    await cp(`${ROOT}scripts`, `${copy}/scripts`, { recursive: true })
    await symlink(`${ROOT}node_modules`, `${copy}/node_modules`)
  })

  afterAll(() => rm(copy, { recursive: true, force: true }))

  const check = async (): Promise<string> => {
    try {
      const { stdout } = await run(process.execPath, [`${copy}/scripts/check-layers.ts`])
      return stdout
    } catch (thrown) {
      return (thrown as { stderr: string }).stderr
    }
  }

  const planted = async (file: string, text: string): Promise<string> => {
    await writeFile(`${copy}/src/${file}`, text)
    const said = await check()
    await rm(`${copy}/src/${file}`)
    return said
  }

  test('finds no offence in the house as it is', async () => {
    expect(await check()).toMatch(/, 0 offences/)
  })

  const offences: readonly [string, string, string, RegExp][] = [
    ['hono in the store', 'store/x.ts', "import { Hono } from 'hono'\n", /store may not use hono/],
    [
      'jose in a hall',
      'grants/x.ts',
      "import { SignJWT } from 'jose'\n",
      /grants may not use jose/,
    ],
    ['the store in a door', 'http/x.ts', "import '../store/db.ts'\n", /http may not import store/],
    [
      'a type from upstairs',
      'core/x.ts',
      "import type { A } from '../grants/grant.ts'\n",
      /core may not import grants/,
    ],
    [
      'a clock in the core',
      'core/x.ts',
      'export const now = () => Date.now()\n',
      /the core is pure/,
    ],
    ['a promise in the core', 'core/x.ts', 'export const a = async () => 1\n', /the core is pure/],
    ['the environment', 'admin/x.ts', 'export const a = process.env.A\n', /read at the door/],
    ['a file without a room', 'drawer/x.ts', 'export const a = 1\n', /in no room/],
    ['a long file', 'core/x.ts', 'export const a = 1\n'.repeat(151), /151 lines/],
  ]
  test.each(offences)('finds %s', async (_name, file, text, said) => {
    if (file.startsWith('drawer'))
      await cp(`${copy}/src/issuers`, `${copy}/src/drawer`, { recursive: true })
    expect(await planted(file, text)).toMatch(said)
    await rm(`${copy}/src/drawer`, { recursive: true, force: true })
  })

  test('finds a cycle of type imports', async () => {
    await writeFile(`${copy}/src/core/y.ts`, "import type { X } from './x.ts'\nexport type Y = X\n")
    const said = await planted('core/x.ts', "import type { Y } from './y.ts'\nexport type X = Y\n")
    await rm(`${copy}/src/core/y.ts`)
    expect(said).toMatch(/a cycle: src\/core\/[xy].ts → /)
  })
})
