import { exchange } from '../../pipeline/exchange.ts'
import { scopesDiffer } from '../../pipeline/scopes.ts'
import type { Register } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { jobIdentity } from '../session/credentials.ts'
import { readSettings } from '../settings/settings.ts'
import { patienceOf, requestOf } from './request.ts'

/** `gatehouse exchange`: the job's identity token, secret or key for an access token. */
export const registerExchange: Register = (program, cli) => {
  const command = program
    .command('exchange')
    .description("exchange this job's identity token (or a secret or key) for an access token")
  withSettings(command, 'url', 'clientId', 'audience', 'scopes', 'provider', 'timeout')
    .option('--client-secret-stdin', 'read a client secret from stdin')
    .option('--key-file <path>', 'sign with a private key (GATEHOUSE_KEY_FILE)')
    .option('--expect-scopes <scopes...>', 'fail unless exactly these scopes are granted')
    .action(async (options) => {
      const settings = await readSettings(cli, flagsOf(options))
      const { credential, clientId } = await jobIdentity(cli, settings, options)
      const request = { ...requestOf(settings), clientId }
      const token = await exchange(request, credential, cli, patienceOf(cli, settings))
      if (!token.ok) throw ofFailure(token.error)
      const { token: text, tokenType, expiresIn, scopes } = token.value
      const differs = options.expectScopes ? scopesDiffer(options.expectScopes, scopes) : null
      if (differs !== null) throw ofFailure(differs)
      const body = { access_token: text, token_type: tokenType, expires_in: expiresIn }
      cli.print({ ...body, scope: scopes.join(' ') }, () => text)
    })
}
