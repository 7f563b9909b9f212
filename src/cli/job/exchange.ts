import { Option } from 'commander'
import { redact } from '../../core/redact.ts'
import { type Credential, unverifiedClaims } from '../../pipeline/credential.ts'
import { type AccessToken, exchange } from '../../pipeline/exchange.ts'
import { claimInWords } from '../../pipeline/refusal.ts'
import { revoke } from '../../pipeline/revoke.ts'
import { scopesDiffer } from '../../pipeline/scopes.ts'
import type { Cli, Register } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { type CredentialFlags, jobIdentity } from '../session/credentials.ts'
import { readSettings } from '../settings/settings.ts'
import { handOver, type OutputForm, outputForms, readOutput } from './output.ts'
import { patienceOf, requestOf } from './request.ts'

interface Options extends CredentialFlags {
  readonly output?: OutputForm
  readonly outputFile?: string
  readonly expectScopes?: readonly string[]
  readonly debugClaims?: boolean
}

/** Tells what the identity token says, which is no secret, before it is shown to the gateway. */
const tellingClaims = (credential: Credential, cli: Cli): Credential => ({
  ...credential,
  parameters: async (withinMs) => {
    const shown = await credential.parameters(withinMs)
    const claims = shown.ok ? unverifiedClaims(shown.value.subject_token) : null
    for (const [claim, actual] of Object.entries(claims ?? {})) {
      cli.warn(`claim: ${claimInWords({ claim, actual: redact(actual) })}`)
    }
    return shown
  },
})

const refuseOtherScopes = async (
  cli: Cli,
  token: AccessToken,
  { url, expected }: { readonly url: string; readonly expected: readonly string[] | undefined },
): Promise<void> => {
  const differs = expected === undefined ? null : scopesDiffer(expected, token.scopes)
  if (differs === null) return
  // Nobody gets to use what nobody expected.
  await revoke({ url, token: token.token }, cli)
  throw ofFailure(differs)
}

const run = async (cli: Cli, options: Options): Promise<void> => {
  const output = readOutput(cli, options)
  const settings = await readSettings(cli, flagsOf({ ...options }))
  const { credential, clientId, name } = await jobIdentity(cli, settings, options)
  const request = { ...requestOf(settings), clientId }
  cli.detail(`asking ${request.url} as ${clientId}, by ${name}`)
  const shown = options.debugClaims ? tellingClaims(credential, cli) : credential
  const token = await exchange(request, shown, cli, patienceOf(cli, settings))
  if (!token.ok) throw ofFailure(token.error)
  const expected = options.expectScopes?.flatMap((scopes) => scopes.split(/[\s,]+/))
  await refuseOtherScopes(cli, token.value, { url: request.url, expected })
  await handOver(cli, token.value, output)
}

/** `gatehouse exchange`: the job's identity token, secret or key for an access token. */
export const registerExchange: Register = (program, cli) => {
  const command = program
    .command('exchange')
    .description("exchange this job's identity token (or a secret or key) for an access token")
  withSettings(command, 'url', 'clientId', 'audience', 'scopes', 'provider', 'timeout')
    .option('--client-secret-stdin', 'read a client secret from stdin (GATEHOUSE_CLIENT_SECRET)')
    .option('--key-file <path>', 'sign with a private key (GATEHOUSE_KEY_FILE)')
    .addOption(new Option('--output <form>', 'how it is written').choices(outputForms))
    .option('--output-file <path>', 'write it to a file that only you can read')
    .option('--expect-scopes <scopes...>', 'fail unless exactly these scopes are granted')
    .option('--debug-claims', 'tell the claims of the identity token, never the token')
    .action((options: Options) => run(cli, options))
}
