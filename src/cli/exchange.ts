import { exchange } from '../pipeline/exchange.ts'
import { findIdToken } from '../pipeline/id-token.ts'
import { CliFailure, type Register } from './cli.ts'

/** `gatehouse exchange`: the job's identity token for an access token. */
export const registerExchange: Register = (program, cli) => {
  program
    .command('exchange')
    .description("exchange this job's identity token for an access token")
    .requiredOption('--url <origin>', 'the gateway', cli.env.GATEHOUSE_URL)
    .requiredOption('--client-id <id>', 'the service account', cli.env.GATEHOUSE_CLIENT_ID)
    .option('--audience <identifier>', 'the API that the token is for')
    .option('--scope <scopes...>', 'ask for these scopes only')
    .action(async ({ url, clientId, audience, scope }) => {
      const idToken = await findIdToken(url, cli)
      if (!idToken.ok) throw new CliFailure('authentication', idToken.error)
      const request = { url, clientId, audience, scopes: scope }
      const token = await exchange(request, idToken.value, cli)
      if (!token.ok) throw new CliFailure('denied', token.error)
      cli.print({ access_token: token.value.token }, () => token.value.token)
    })
}
