import type { components } from '../../client/api.ts'
import { oneLine } from '../../core/one-line.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { flagsOf } from '../frame/options.ts'
import { writePrivately } from '../frame/private-file.ts'
import { type Connection, connect } from '../session/connect.ts'
import { type Suggestion, said, showSuggestion } from './suggestion.ts'
import { wantedPlaceOf } from './wanted-place.ts'

type NewCode = components['schemas']['NewPairingCode']

/** How a policy is to be learnt from a job. */
export interface PairingOptions {
  readonly serviceAccount?: string
  readonly file?: string
  /** Where the code goes instead of stderr. */
  readonly codeFile?: string
}

const lifeSeconds = 900
const pollMs = 2000
const tellMs = 30_000

// People paste what follows: no address and no answer of a gateway adds a command to it.
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
const bare = (text: string): string => oneLine(text).slice(1, -1)

/** What somebody puts into the job; on stderr, for it may hold the code. */
export const instructions = ({ code, expires_at: until }: NewCode, url: string, file?: string) =>
  `Let the job run once with this code, kept as a secret of the job. It is good until ${bare(until)}:

  ${file === undefined ? bare(code) : `in ${oneLine(file)}`}

In the job, with that secret as GATEHOUSE_PAIRING_CODE:

  gatehouse pair --url ${quoted(url)}

or, where the platform has put an identity token for ${url} into ID_TOKEN:

  printf 'pairing_code=%s&subject_token=%s' "$GATEHOUSE_PAIRING_CODE" "$ID_TOKEN" |
    curl -sS --fail-with-body ${quoted(`${url}/oauth/pair`)} --data @-
`

// Whoever reads a public log could let a job of their own use the code first.
const publicLog = (): CliFailure =>
  new CliFailure('usage', {
    code: 'public_log',
    message: 'this is a CI job, and its log would show the pairing code',
    next: 'say --code-file PATH: the code goes there, for you alone',
  })

const expired = (): CliFailure =>
  new CliFailure('unavailable', {
    code: 'pairing_expired',
    message: 'no job has used the code in time',
    next: 'run the same command again for a new one, and start the job while it waits',
  })

const minutesLeft = (cli: Cli, code: NewCode): number =>
  Math.max(0, Math.round((Date.parse(code.expires_at) - cli.now()) / 60_000))

const whose = ({ issuer, claims }: Suggestion): string =>
  `${oneLine(String(claims?.sub ?? ''))} of ${oneLine(issuer?.issuer ?? '')}`

/** Waits until a job has used the code. */
const wait = async (cli: Cli, { api }: Connection, code: NewCode): Promise<Suggestion> => {
  const params = { path: { pairing_code_id: code.id } }
  cli.say('waiting for the job …')
  for (let waited = pollMs; ; waited += pollMs) {
    const read = await api.GET('/admin/v1/pairing-codes/{pairing_code_id}', { params })
    const { status, suggestion } = said(read)
    if (status === 'expired') throw expired()
    if (status === 'paired' && suggestion !== null) return suggestion
    if (waited % tellMs === 0) cli.say(`still waiting, ${minutesLeft(cli, code)} min left`)
    await cli.sleep(pollMs)
  }
}

/** Makes a pairing code, waits for a job to use it, and shows the policy for that job. */
export const learnFromJob = async (cli: Cli, options: PairingOptions): Promise<void> => {
  const { codeFile, file, ...rest } = options
  if (codeFile === undefined && cli.env.CI) throw publicLog()
  const connection = await connect(cli, flagsOf({ ...rest, file }))
  const place = await wantedPlaceOf(connection, options.serviceAccount)
  const code = said(
    await connection.api.POST('/admin/v1/pairing-codes', {
      body: { ...place, expires_in_seconds: lifeSeconds },
    }),
  )
  if (codeFile !== undefined) await writePrivately(codeFile, `${code.code}\n`)
  // Not to be silenced: it is shown this once.
  cli.warn(instructions(code, connection.url, codeFile))
  const suggestion = await wait(cli, connection, code)
  cli.say(`a job has used the code, and the gateway has verified it: ${whose(suggestion)}`)
  await showSuggestion(cli, connection, { suggestion, file })
}
