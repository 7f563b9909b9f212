import { findIdToken } from '../../pipeline/id-token/find.ts'
import { pair } from '../../pipeline/pair.ts'
import { type Cli, CliFailure, type Register } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { credentialUrl, readSettings } from '../settings/settings.ts'
import { patienceOf } from './request.ts'

const variable = 'GATEHOUSE_PAIRING_CODE'

const readCode = async (cli: Cli, fromStdin: boolean): Promise<string> => {
  const code = fromStdin ? (await cli.readStdin()).trim() : cli.env[variable]?.trim()
  if (code) return code
  throw new CliFailure('usage', {
    code: 'missing_code',
    message: fromStdin ? 'stdin is empty, expected a pairing code' : `${variable} is not set`,
    next: `set ${variable} from a secret of the job, or pipe the code: --code-stdin`,
  })
}

const run = async (cli: Cli, options: { readonly codeStdin?: true }): Promise<void> => {
  const settings = await readSettings(cli, flagsOf({ ...options }))
  const url = credentialUrl(settings)
  const code = await readCode(cli, options.codeStdin === true)
  const provider = settings.provider?.value ?? 'auto'
  const source = findIdToken({ audience: url, provider }, cli)
  if (!source.ok) throw ofFailure(source.error)
  cli.detail(`showing ${url} the identity token of ${source.value.name}`)
  const claims = await pair({ url, code }, source.value, cli, patienceOf(cli, settings))
  if (!claims.ok) throw ofFailure(claims.error)
  cli.print(
    { status: 'paired', claims: claims.value },
    () =>
      `paired: the gateway has verified this job and issued nothing (${claims.value.join(', ')})`,
  )
}

/** `gatehouse pair`: shows a gateway once who this job is, to whoever made the pairing code. */
export const registerPair: Register = (program, cli) => {
  const command = program
    .command('pair')
    .description('show once who this job is, to whoever made a pairing code; nothing is issued')
  withSettings(command, 'url', 'provider', 'timeout')
    .option('--code-stdin', `read the pairing code from stdin (${variable})`)
    .action((options) => run(cli, options))
}
