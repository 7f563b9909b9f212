import { parseArgs } from 'node:util'
import { type DataDirectory, openDataDirectory } from '../local/data-directory.ts'
import { type LocalGateway, startLocalGateway } from '../local/gateway.ts'
import { readPort, tryPort } from '../local/ports.ts'

const usage = `npm start -- [--port 8787] [--data-dir .gatehouse]

Runs the gateway on this machine, in the foreground: the development entry in workerd, with its
database in the data directory. The first start makes a root account, prints its credentials once
and keeps them in <data-dir>/root-credentials.json. Ctrl-C ends it; its state survives.`

const takePort = async (wanted: number): Promise<number> => {
  try {
    return await tryPort(wanted)
  } catch {
    throw new Error(
      `port ${wanted} is taken: is it running already? If not, choose another with --port`,
    )
  }
}

const warnings = ({ lastIssuer }: DataDirectory, url: string): string =>
  lastIssuer === undefined || lastIssuer === url
    ? ''
    : `
  Warning: the last start was at ${lastIssuer}. \`iss\` has changed with it, and stored trust
  policies name the old address as their audience: change them, or start on the old port.
`

const greeting = ({ url, credentials, isNew }: LocalGateway, data: DataDirectory): string => `
  Gatehouse is up at ${url}

  Root account, with its secret in ${data.credentialsFile}${isNew ? '; printed this once' : ''}
    client_id       ${credentials.client_id}
${isNew ? `    client_secret   ${credentials.client_secret}\n` : ''}    token_endpoint  ${credentials.token_endpoint}
${warnings(data, url)}
  Next: npm run fake-ci in another terminal, then the quick start of the README. Ctrl-C ends it.
`

const hourMs = 3_600_000

// What is due says so in the log; a run that fails is followed by the next.
const keepSchedule = (gateway: LocalGateway): void => {
  const strike = (): Promise<void> => gateway.runSchedule().catch(() => {})
  strike()
  setInterval(strike, hourMs).unref()
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      'data-dir': { type: 'string', default: '.gatehouse' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const port = await takePort(readPort(values.port))
  const data = await openDataDirectory(values['data-dir'])
  console.log('  Starting: database, Worker …')
  const gateway = await startLocalGateway(data, { port, log: console.log })
  console.log(greeting(gateway, data))
  keepSchedule(gateway)
  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    gateway.close().then(() => process.exit(0))
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  process.on('disconnect', end)
}

run().catch((thrown) => {
  console.error(`start: ${thrown instanceof Error ? thrown.message : thrown}`)
  process.exit(1)
})
