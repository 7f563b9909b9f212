import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readOptions } from './local/options.ts'
import { makeDocument } from './openapi/document.ts'
import { writeOperations } from './openapi/operations.ts'
import { makePolicySchema } from './openapi/policy-schema.ts'
import { writeTypes } from './openapi/types.ts'

const usage = `npm run openapi -- [--check]

Writes the OpenAPI document, the types and the operations of the client from the operations, and the
schema of policy files from their format. --check writes nothing, and exits 1 if one is not as it should be.`

const { help, check } = readOptions(usage, {
  help: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
})

const root = fileURLToPath(new URL('..', import.meta.url))

const run = (): void => {
  const document = makeDocument()
  const generated: Readonly<Record<string, string>> = {
    'src/http/reference/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'src/http/reference/trust-policy.v1.json': `${JSON.stringify(makePolicySchema())}\n`,
    'src/client/api.ts': writeTypes(document),
    'src/client/operations.json': writeOperations(document),
  }
  for (const [file, text] of Object.entries(generated)) {
    if (!check) {
      writeFileSync(`${root}${file}`, text)
      continue
    }
    if (readFileSync(`${root}${file}`, 'utf8') === text) continue
    console.error(`${file} is not up to date: npm run openapi`)
    process.exitCode = 1
  }
}

if (help) console.log(usage)
else run()
