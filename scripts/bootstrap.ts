import { parseArgs } from 'node:util'
import { fromProcess } from './database/environment.ts'
import { explain } from './database/explain.ts'
import { provision } from './database/provision.ts'

const usage = `npm run bootstrap -- [--json]

Migrates the database, then creates a root account in it and prints its credentials, this once.
The only way to the first administrator: no network endpoint can do it. Each run adds one account.
Reads LIBSQL_URL, LIBSQL_AUTH_TOKEN, KEY_ENCRYPTION_KEY, SECRET_PEPPER and ISSUER_URL.`

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const credentials = await provision(fromProcess())
  const lines = Object.entries(credentials).map(([name, value]) => `${name.padEnd(25)}${value}`)
  console.log(values.json ? JSON.stringify(credentials) : lines.join('\n'))
}

run().catch((thrown) => {
  console.error(`bootstrap: ${explain(thrown)}`)
  process.exitCode = 1
})
