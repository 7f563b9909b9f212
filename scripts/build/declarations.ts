import { execFile } from 'node:child_process'
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { entries, root } from './paths.ts'

const run = promisify(execFile)

// Whoever installs the package has `.js` and `.d.ts` files, and no `.ts`.
const withoutSources = (text: string): string =>
  text.replace(/(from\s+'\.[^']*|import\('\.[^']*)\.ts'/g, "$1.js'")

/** Emits the declarations of the SDK beside its files. */
export const buildDeclarations = async (directory: string): Promise<void> => {
  const project = await mkdtemp(`${tmpdir()}/gatehouse-declarations-`)
  const config = {
    extends: `${root}tsconfig.json`,
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: `${root}src`,
      outDir: directory,
      typeRoots: [`${root}node_modules/@types`],
      types: ['node'],
    },
    files: Object.values(entries).map((source) => root + source),
    include: [],
    exclude: [],
  }
  try {
    await writeFile(`${project}/tsconfig.json`, JSON.stringify(config))
    const tsc = `${root}node_modules/typescript/bin/tsc`
    await run(process.execPath, [tsc, '-p', project]).catch(({ stdout }) => {
      throw new Error(`declarations: ${stdout}`)
    })
    for await (const file of glob(`${directory}/**/*.d.ts`)) {
      await writeFile(file, withoutSources(await readFile(file, 'utf8')))
    }
  } finally {
    await rm(project, { recursive: true, force: true })
  }
}
