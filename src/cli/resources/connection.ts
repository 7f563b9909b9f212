import { gatehouse } from '../../client/client.ts'
import { type Cli, CliFailure } from '../cli.ts'

/** The gateway, and a client that is logged in there. */
export const connection = async (cli: Cli) => {
  const { GATEHOUSE_URL: url, GATEHOUSE_TOKEN: token } = cli.env
  if (url === undefined || token === undefined) {
    throw new CliFailure('authentication', {
      code: 'not_logged_in',
      message: 'there is no gateway and token to work with',
      next: 'set GATEHOUSE_URL and GATEHOUSE_TOKEN',
    })
  }
  return { url, client: gatehouse({ baseUrl: url, token, fetch: cli.fetch }) }
}
