import { parseArgs } from 'node:util'
import { type HranaServerOptions, startHranaServer } from './listen.ts'

const HELP = `Serves a SQLite file over HTTP as libSQL does (Hrana v2), for development and tests.

usage: node scripts/hrana/server.ts --file db.sqlite [options]

  --file PATH          the database, created when it is not there
  --port N             default 0: any free port
  --host ADDRESS       default 127.0.0.1
  --token TEXT         ask for this bearer token
  --latency MS         wait before each request, to make chatty code visible
  --fail-rate 0..1     answer this fraction of requests with HTTP 500
  --synchronous LEVEL  normal (default) or off
  --log                one line of JSON per request on stderr
  --exit-with-parent   end when standard input closes
  --help               this text

Prints {"listening":"http://127.0.0.1:PORT"} when ready. Ends on SIGTERM and SIGINT.
`

const OPTIONS = {
  file: { type: 'string' },
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  token: { type: 'string' },
  latency: { type: 'string', default: '0' },
  'fail-rate': { type: 'string', default: '0' },
  synchronous: { type: 'string', default: 'normal' },
  log: { type: 'boolean', default: false },
  'exit-with-parent': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const server = await startHranaServer(readOptions(values))
  const end = (): void => {
    server.close().finally(() => process.exit(0))
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  if (values['exit-with-parent']) process.stdin.once('close', end).resume()
  process.stdout.write(`${JSON.stringify({ listening: server.url })}\n`)
}

type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

function readOptions(flags: Flags): HranaServerOptions {
  if (flags.file === undefined) throw new Error('--file is missing; see --help')
  const synchronous = flags.synchronous.toUpperCase()
  if (synchronous !== 'NORMAL' && synchronous !== 'OFF') {
    throw new Error('--synchronous must be normal or off')
  }
  return {
    file: flags.file,
    port: readNumber('port', flags.port, 65_535),
    host: flags.host,
    latencyMs: readNumber('latency', flags.latency, 600_000),
    failRate: readNumber('fail-rate', flags['fail-rate'], 1),
    synchronous,
    ...(flags.token === undefined ? {} : { token: flags.token }),
    ...(flags.log ? { log: writeLog } : {}),
  }
}

function readNumber(flag: string, value: string, highest: number): number {
  const number = Number(value)
  if (value !== '' && number >= 0 && number <= highest) return number
  throw new Error(`--${flag} must be a number from 0 to ${highest}`)
}

function writeLog(line: string): void {
  process.stderr.write(`${line}\n`)
}
