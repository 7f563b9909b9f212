import { adminIdentifier } from '../../core/permission.ts'
import { bySecret } from '../../pipeline/credential.ts'
import { exchange } from '../../pipeline/exchange.ts'
import { patienceOfPeople } from '../../pipeline/retry.ts'
import type { Cli, Register } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { readSettings, required } from '../settings/settings.ts'
import { forgetLogin, keepLogin } from './keep-login.ts'
import { type LoginOptions, readLogin } from './login-input.ts'

const login = async (cli: Cli, options: LoginOptions): Promise<void> => {
  const settings = await readSettings(cli, flagsOf({ ...options }))
  const { url, client_id, client_secret } = await readLogin(cli, settings, options)
  const request = { url, clientId: client_id, audience: adminIdentifier }
  // Only what works is kept: a typo is told now, and not by the next command.
  const token = await exchange(request, bySecret(client_secret), cli, patienceOfPeople)
  if (!token.ok) throw ofFailure(token.error)
  const path = await keepLogin(cli, url, { client_id, client_secret })
  cli.print({ url, client_id, kept_in: path }, () => `logged in to ${url} as ${client_id}`)
  cli.say(`kept in ${path}, which only you can read`)
}

const logout = async (cli: Cli, options: LoginOptions): Promise<void> => {
  const settings = await readSettings(cli, flagsOf({ ...options }))
  const url = required(settings, 'url')
  const forgotten = await forgetLogin(cli, url)
  cli.print({ url, forgotten }, () =>
    forgotten ? `logged out of ${url}` : `there was no login for ${url}`,
  )
  if (forgotten) cli.say('the secret itself is still good; delete it at the gateway to end it')
}

/** `gatehouse login` and `logout`: a client secret, kept for the commands of this user. */
export const registerLogin: Register = (program, cli) => {
  withSettings(
    program.command('login').description('keep a client secret for the commands of this user'),
    'url',
    'clientId',
  )
    .option('--client-secret-stdin', 'read the client secret from stdin (GATEHOUSE_CLIENT_SECRET)')
    .option('--credentials-file <path>', 'such as .gatehouse/root-credentials.json of npm start')
    .action((options: LoginOptions) => login(cli, options))
  withSettings(program.command('logout').description('forget that secret'), 'url').action(
    (options: LoginOptions) => logout(cli, options),
  )
}
