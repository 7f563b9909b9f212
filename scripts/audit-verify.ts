import { parseArgs } from 'node:util'
import { type ChainHead, noHead } from '../src/core/audit-event.ts'
import { type DatabaseVerification, verifyDatabase } from './audit/database.ts'
import { verifyFile } from './audit/file.ts'
import { isGood, toJson, toLines } from './audit/report.ts'
import { configFrom, fromProcess } from './database/environment.ts'
import { explain } from './database/explain.ts'
import { connect } from './database/provision.ts'

const usage = `npm run audit:verify -- [--tenant /acme] [--expect SEQUENCE:HASH] [--json]
npm run audit:verify -- --file events.ndjson [--from SEQUENCE:HASH] [--expect SEQUENCE:HASH] [--json]

Walks the chain of a tenant (left out: of every tenant), compares the decisions with their seals, and
names the first event that is not as it was written. With --file it checks an export, by its lines
alone. Reads LIBSQL_URL, LIBSQL_AUTH_TOKEN, KEY_ENCRYPTION_KEY, SECRET_PEPPER, ISSUER_URL and
DECISION_DAYS: the same values as the Worker's. A file needs none of them.

  --tenant   its path, or its id, also when it is gone
  --expect   an event that was noted elsewhere, as the log line audit_head tells it: finds a tail that
             was cut off, and a chain that was written anew; without it neither is found
  --from     the event before the first line of a file that does not begin at 1
  --json     one JSON object

Ends with 0 when everything is as it was written, with 1 when not, and with 2 when that cannot be
said: wrong arguments, nothing to check, no such file, no export, the database out of reach.`

const options = {
  tenant: { type: 'string' },
  file: { type: 'string' },
  expect: { type: 'string' },
  from: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

const readHead = (values: Values, name: 'expect' | 'from'): ChainHead | null => {
  const text = values[name]
  if (text === undefined) return null
  const [, sequence, hash] = /^([1-9][0-9]*):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined) {
    throw new Error(`--${name} ${text} is not like 17:<64 hexadecimal digits>`)
  }
  return { sequence: Number(sequence), hash }
}

const everyMs = 2000

/** Says now and then how far it is, where nobody reads the answer by machine. */
const progress = (): ((text: string) => void) => {
  let next = Date.now() + everyMs
  return (text) => {
    if (Date.now() < next) return
    next = Date.now() + everyMs
    console.error(`… ${text}`)
  }
}

const verifyExport = async (path: string, values: Values): Promise<DatabaseVerification> => {
  if (values.tenant !== undefined) throw new Error('--tenant goes with a database, not with --file')
  const from = readHead(values, 'from') ?? noHead
  const anchor = readHead(values, 'expect')
  if (anchor !== null && anchor.sequence <= from.sequence) {
    throw new Error('--expect names an event before the first line: the file cannot show it')
  }
  return { chains: [await verifyFile({ path, from, anchor })], unsealed: [] }
}

const verifyWanted = async (values: Values): Promise<DatabaseVerification> => {
  if (values.file !== undefined) return verifyExport(values.file, values)
  const anchor = readHead(values, 'expect')
  if (values.from !== undefined) throw new Error('--from goes with --file')
  if (anchor !== null && values.tenant === undefined) {
    throw new Error('--expect goes with --tenant or --file: it is an event of one chain')
  }
  const config = configFrom(fromProcess())
  return verifyDatabase(connect(config, { action: 'audit:verify', nowMs: Date.now() }), {
    tenant: values.tenant ?? null,
    anchor,
    decisionDays: config.decisionDays,
    tell: progress(),
  })
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options })
  if (values.help) return console.log(usage)
  const done = await verifyWanted(values)
  const asked = {
    file: values.file !== undefined,
    expects: values.expect !== undefined,
    tellsStart: values.from !== undefined,
  }
  for (const line of values.json ? [toJson(done, asked)] : toLines(done, asked)) console.log(line)
  if (!isGood(done)) process.exitCode = 1
}

run().catch((thrown) => {
  console.error(`audit:verify: ${explain(thrown)}`)
  process.exitCode = 2
})
