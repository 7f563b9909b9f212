import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { version } from '../../src/cli/version.ts'
import { buildCommand } from './command.ts'
import { buildDeclarations } from './declarations.ts'
import { licencesOf } from './licences.ts'
import { type Checkout, manifestOf } from './manifest.ts'
import { root } from './paths.ts'
import { buildSdk } from './sdk.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist/package' } } })

const make = async (directory: string): Promise<void> => {
  const checkout = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as Checkout
  if (checkout.version !== version) {
    throw new Error(`src/cli/version.ts says ${version}, package.json ${checkout.version}`)
  }
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const [bundled] = await Promise.all([
    buildCommand(`${directory}/bin/gatehouse.js`),
    buildSdk(directory),
    buildDeclarations(directory),
  ])
  await Promise.all([
    writeFile(`${directory}/package.json`, `${JSON.stringify(manifestOf(checkout), null, 2)}\n`),
    writeFile(
      `${directory}/THIRD-PARTY-LICENSES.txt`,
      await licencesOf('bin/gatehouse.js', bundled),
    ),
    copyFile(`${root}LICENSE`, `${directory}/LICENSE`),
    copyFile(`${root}scripts/build/package-readme.md`, `${directory}/README.md`),
  ])
}

const directory = resolve(values.out)
make(directory).then(
  () => console.log(`${directory} is ready for npm pack`),
  (thrown) => {
    console.error(`build: ${thrown instanceof Error ? thrown.message : thrown}`)
    process.exitCode = 1
  },
)
