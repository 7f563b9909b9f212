import { parseArgs } from 'node:util'
import { fromProcess } from './database/environment.ts'
import { explain } from './database/explain.ts'
import { migrateDatabase } from './database/provision.ts'

const usage = `npm run migrate

Applies drizzle/ to the database, puts the built-ins in place and makes the first signing key.
Reads LIBSQL_URL, LIBSQL_AUTH_TOKEN, KEY_ENCRYPTION_KEY, SECRET_PEPPER and ISSUER_URL: the same
values as the Worker's. Repeatable.`

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } })
  if (values.help) return console.log(usage)
  await migrateDatabase(fromProcess())
  console.log('The database is up to date.')
}

run().catch((thrown) => {
  console.error(`migrate: ${explain(thrown)}`)
  process.exitCode = 1
})
