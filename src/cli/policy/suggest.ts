import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { connect } from '../session/connect.ts'
import { readInput } from './files.ts'
import { said, showSuggestion } from './suggestion.ts'
import { wantedPlaceOf } from './wanted-place.ts'

interface Options {
  readonly tokenFile: string
  readonly serviceAccount?: string
  readonly file?: string
}

const run = async (cli: Cli, options: Options): Promise<void> => {
  const { serviceAccount, tokenFile, file } = options
  const token = (await readInput(cli, tokenFile)).trim()
  const connection = await connect(cli, flagsOf({ ...options }))
  const place = await wantedPlaceOf(connection, serviceAccount)
  const body = { ...place, token }
  const suggestion = said(await connection.api.POST('/admin/v1/policy-suggestions', { body }))
  await showSuggestion(cli, connection, { suggestion, file })
}

/** `gatehouse policy suggest`: the narrowest policy for the token of a job. */
export const registerSuggest = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('suggest')
    .description("write the narrowest policy for a job's identity token")
    .requiredOption('--token-file <path>', 'the identity token of a job; - is stdin')
    .option('--service-account <path>', 'the account that is to trust it')
    .option('--file <path>', 'write the policy file there')
  withSettings(command, 'url', 'namespace').action((options: Options) => run(cli, options))
}
