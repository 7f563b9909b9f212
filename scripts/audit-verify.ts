import { parseArgs } from 'node:util'
import type { Verification } from '../src/admin/audit/verify-chain.ts'
import { type ChainHead, noHead } from '../src/core/audit-event.ts'
import { verificationToWire } from '../src/http/api/audit/audit-verification.ts'
import { type DatabaseVerification, verifyDatabase } from './audit/database.ts'
import { verifyFile } from './audit/file.ts'
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
             was cut off, and a chain that was written anew
  --from     the event before the first line of a file that does not begin at 1
  --json     one JSON object

Ends with 0 when everything is as it was written, with 1 when not.`

const readHead = (text: string | undefined): ChainHead | null => {
  if (text === undefined) return null
  const [, sequence, hash] = /^([1-9][0-9]*):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined) {
    throw new Error(`${text} is not like 17:<64 hexadecimal digits>`)
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

const options = {
  tenant: { type: 'string' },
  file: { type: 'string' },
  expect: { type: 'string' },
  from: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

const verifyWanted = async (values: Values): Promise<DatabaseVerification> => {
  const anchor = readHead(values.expect)
  if (values.file !== undefined) {
    const from = readHead(values.from) ?? noHead
    return { chains: [await verifyFile({ path: values.file, from, anchor })], unsealed: [] }
  }
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

const sentence = ({ tenantId, checked, seals, head, fault }: Verification): string => {
  const minute = fault?.minute === undefined ? '' : `, ${new Date(fault.minute).toISOString()}`
  return fault === null
    ? `${tenantId}: ${checked} events and ${seals.checked} sealed minutes are as they were written; head ${head.sequence}:${head.hash}`
    : `${tenantId}: event ${fault.sequence}: ${fault.problem}${minute}; the ${checked} before it are as they were written`
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options })
  if (values.help) return console.log(usage)
  const { chains, unsealed } = await verifyWanted(values)
  const valid = unsealed.length === 0 && chains.every(({ fault }) => fault === null)
  const late = unsealed.map(({ tenantId, minute }) => ({
    tenant_id: tenantId,
    problem: 'decisions_added',
    minute: new Date(minute).toISOString(),
  }))
  if (values.json) {
    console.log(JSON.stringify({ valid, chains: chains.map(verificationToWire), unsealed: late }))
  } else {
    for (const chain of chains) console.log(sentence(chain))
    for (const { tenant_id, minute } of late) {
      console.log(`${tenant_id}: decisions of ${minute} were added after it was sealed`)
    }
  }
  if (!valid) process.exitCode = 1
}

run().catch((thrown) => {
  console.error(`audit:verify: ${explain(thrown)}`)
  process.exitCode = 1
})
