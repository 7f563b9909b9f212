import { readOptions } from './local/options.ts'
import { type Outcome, type Report, runSmoke } from './smoke/run.ts'
import type { Credentials } from './smoke/signed.ts'
import { NoGateway } from './smoke/target.ts'

const usage = `npm run smoke -- --url https://gatehouse.acme.example [--client-id cli_…] [--audience …] [--json]

Tries a real deployment: the attack cases that change nothing, and one exchange whose token is
verified as an API would. About sixty requests, one after the other; nothing is configured, and only
the exchange leaves a decision. Each line names its case.

  --url        the gateway's origin, as its tokens name it
  --client-id  an account to try the exchange with; its secret comes from GATEHOUSE_CLIENT_SECRET,
               or the token of a job from GATEHOUSE_ID_TOKEN, never from the command line
  --audience   the API that the token is for; left out: the account's only one
  --json       one JSON object

Ends with 0 when everything went as it should, with 1 when not, and with 2 when there is nothing to
try: wrong arguments, or no gateway at that address.`

const values = readOptions(usage, {
  url: { type: 'string' },
  'client-id': { type: 'string' },
  audience: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

const originOf = (text: string | undefined): string | undefined => {
  if (text === undefined || !URL.canParse(text)) return undefined
  const { protocol, origin, hostname } = new URL(text)
  const loopback = protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname)
  return protocol === 'https:' || loopback ? origin : undefined
}

const credentials = (): Credentials | null => {
  const clientId = values['client-id']
  if (clientId === undefined) return null
  const { GATEHOUSE_CLIENT_SECRET: clientSecret, GATEHOUSE_ID_TOKEN: idToken } = process.env
  return { clientId, clientSecret, idToken, audience: values.audience }
}

const tell = ({ id, name, detail }: Outcome): void => {
  if (values.json) return
  console.log(detail === null ? `ok    ${id}  ${name}` : `FAIL  ${id}  ${name}\n      ${detail}`)
}

const summarize = ({ url, requests, outcomes, exchangeSkipped }: Report): number => {
  const failed = outcomes.filter(({ detail }) => detail !== null).length
  const passed = outcomes.length - failed
  const cases = outcomes.map(({ id, name, detail }) => ({ id, name, ok: detail === null, detail }))
  if (values.json) {
    const skipped = exchangeSkipped
    console.log(JSON.stringify({ url, passed, failed, requests, exchange_skipped: skipped, cases }))
  } else {
    if (exchangeSkipped !== null) console.log(`skip  AC-262  no exchange: ${exchangeSkipped}`)
    console.log(`${passed} passed, ${failed} failed, ${requests} requests to ${url}`)
  }
  return failed === 0 ? 0 : 1
}

const fail = (message: string): number => {
  if (values.json) console.log(JSON.stringify({ error: { message } }))
  else console.error(`smoke: ${message}`)
  return 2
}

const run = async (): Promise<number> => {
  const origin = originOf(values.url)
  if (origin === undefined) return fail(`--url takes an https origin\n\n${usage}`)
  try {
    return summarize(await runSmoke(origin, credentials(), tell))
  } catch (thrown) {
    if (thrown instanceof NoGateway) return fail(thrown.message)
    throw thrown
  }
}

if (values.help) console.log(usage)
else process.exitCode = await run()
