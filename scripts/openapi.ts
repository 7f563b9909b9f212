import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeDocument } from './openapi/document.ts'
import { writeTypes } from './openapi/types.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const document = makeDocument()

const generated: Readonly<Record<string, string>> = {
  'src/http/reference/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  'src/client/api.ts': writeTypes(document),
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
