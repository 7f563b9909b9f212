import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeDocument } from './openapi/document.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const generated: Readonly<Record<string, string>> = {
  'src/http/reference/openapi.json': `${JSON.stringify(makeDocument(), null, 2)}\n`,
}

const check = process.argv.includes('--check')
for (const [file, text] of Object.entries(generated)) {
  if (!check) {
    writeFileSync(`${root}${file}`, text)
    continue
  }
  if (readFileSync(`${root}${file}`, 'utf8') === text) continue
  console.error(`${file} is not what the operations say: npm run openapi`)
  process.exitCode = 1
}
