import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleAction } from './action/bundle.ts'
import { readOptions } from './local/options.ts'

const usage = `npm run action -- [--check]

Bundles the GitHub Action into integrations/github/dist/. --check writes nothing, and exits 1 if
what is there is not what the sources give.`

const { help, check } = readOptions(usage, {
  help: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
})

const directory = fileURLToPath(new URL('../integrations/github/dist/', import.meta.url))

const current = (file: string): string | undefined => {
  try {
    return readFileSync(`${directory}${file}`, 'utf8')
  } catch {
    return undefined
  }
}

const run = async (): Promise<void> => {
  for (const [file, text] of Object.entries(await bundleAction())) {
    if (!check) {
      writeFileSync(`${directory}${file}`, text)
      continue
    }
    if (current(file) === text) continue
    console.error(`integrations/github/dist/${file} is not what the sources give: npm run action`)
    process.exitCode = 1
  }
}

if (help) console.log(usage)
else await run()
