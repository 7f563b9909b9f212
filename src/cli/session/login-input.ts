import { resolve } from 'node:path'
import { readClientId, readGatewayUrl } from '../../pipeline/input.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { askFor } from '../frame/confirm.ts'
import { ofFailure } from '../frame/failures.ts'
import { credentialUrl, type Settings } from '../settings/settings.ts'
import { refuseOpenFile, type StoredLogin } from './stored.ts'

/** How somebody says who they are. */
export interface LoginOptions {
  readonly url?: string
  readonly credentialsFile?: string
  readonly clientSecretStdin?: boolean
}

/** A login, and the gateway that it is for. */
export interface Login extends StoredLogin {
  readonly url: string
}

const wrongFile = (path: string, message: string): CliFailure =>
  new CliFailure('usage', {
    code: 'credentials_file',
    message: `${path} ${message}`,
    next: 'expected what bootstrap or npm start wrote: {"client_id":…,"client_secret":…,"token_endpoint":…}',
  })

const parseFile = (text: string, path: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    throw wrongFile(path, 'is not JSON')
  }
}

const fromFile = async (cli: Cli, given: string, flag: string | undefined): Promise<Login> => {
  const path = resolve(cli.cwd, given)
  if (!(await refuseOpenFile(path))) throw wrongFile(path, 'does not exist')
  const { client_id, client_secret, token_endpoint } = parseFile(await cli.readFile(path), path)
  if (typeof client_id !== 'string' || typeof client_secret !== 'string') {
    throw wrongFile(path, 'holds no client_id and client_secret')
  }
  const origin =
    typeof token_endpoint === 'string' && URL.canParse(token_endpoint)
      ? new URL(token_endpoint).origin
      : undefined
  const text = flag ?? origin
  if (text === undefined) throw wrongFile(path, 'does not say which gateway it is for: give --url')
  const url = readGatewayUrl(text, flag === undefined ? `token_endpoint in ${path}` : '--url')
  if (!url.ok) throw ofFailure(url.error)
  return { url: url.value, client_id, client_secret }
}

const secretOf = async (cli: Cli, fromStdin: boolean): Promise<string> => {
  if (fromStdin) return (await cli.readStdin()).trim()
  if (cli.env.GATEHOUSE_CLIENT_SECRET) return cli.env.GATEHOUSE_CLIENT_SECRET
  return askFor(cli, {
    message: 'Client secret',
    secret: true,
    otherwise: 'give it by --client-secret-stdin, GATEHOUSE_CLIENT_SECRET or --credentials-file',
  })
}

/** Reads a login from a file, from stdin or the environment, or asks for it. */
export const readLogin = async (
  cli: Cli,
  settings: Settings,
  options: LoginOptions,
): Promise<Login> => {
  if (options.credentialsFile) return fromFile(cli, options.credentialsFile, options.url)
  const url = credentialUrl(settings)
  const message = 'Client id'
  const text =
    settings.clientId?.value ??
    (await askFor(cli, { message, secret: false, otherwise: 'give --client-id' }))
  const clientId = readClientId(text)
  if (!clientId.ok) throw ofFailure(clientId.error)
  const secret = await secretOf(cli, options.clientSecretStdin === true)
  return { url, client_id: clientId.value, client_secret: secret }
}
