import { resolve } from 'node:path'
import { unverifiedClaims } from '../../pipeline/credential.ts'
import { readClientId, readGatewayUrl } from '../../pipeline/input.ts'
import { revoke } from '../../pipeline/revoke.ts'
import { type Cli, CliFailure, type Register } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { credentialUrl, readSettings, type Settings } from '../settings/settings.ts'

interface Options {
  readonly tokenFile?: string
  readonly tokenStdin?: boolean
}

// A file may hold what `exchange` wrote in another form.
const tokenIn = (text: string): string => {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) {
    const { access_token } = JSON.parse(trimmed) as { readonly access_token?: string }
    return access_token ?? ''
  }
  const [line = ''] = trimmed.split('\n')
  return line.replace(/^(?:Authorization:\s*\w+\s+|GATEHOUSE_TOKEN=)/i, '').trim()
}

const missing = (message: string): CliFailure =>
  new CliFailure('usage', {
    code: 'missing_token',
    message,
    next: 'give it by --token-file <path>, --token-stdin or GATEHOUSE_TOKEN',
  })

const readToken = async (cli: Cli, options: Options): Promise<string> => {
  const path = options.tokenFile ?? (options.tokenStdin ? undefined : cli.env.GATEHOUSE_TOKEN_FILE)
  const read = async (): Promise<string> => {
    if (options.tokenStdin) return cli.readStdin()
    if (path === undefined) return cli.env.GATEHOUSE_TOKEN ?? ''
    return cli.readFile(resolve(cli.cwd, path)).catch(() => {
      throw missing(`${path} cannot be read`)
    })
  }
  const text = await read()
  let token = ''
  try {
    token = tokenIn(text)
  } catch {
    throw missing('what was given is not a token')
  }
  if (!/^[\x21-\x7e]{8,}$/.test(token)) throw missing('there is no token to revoke')
  return token
}

const ofAnotherGateway = (url: string, from: string): CliFailure =>
  new CliFailure('usage', {
    code: 'token_of_another_gateway',
    message: `the token was issued by another gateway than ${url}, which comes from ${from}`,
    next: 'correct the url: --url of the gateway that issued it',
  })

const urlOf = (settings: Settings, token: string): string => {
  const issuer = unverifiedClaims(token)?.iss
  if (settings.url !== undefined) {
    // Of an opaque token nobody knows whose it is.
    if (issuer === undefined) return credentialUrl(settings)
    if (issuer === settings.url.value) return issuer
    throw ofAnotherGateway(settings.url.value, settings.url.from)
  }
  const url = readGatewayUrl(typeof issuer === 'string' ? issuer : '', '--url')
  if (!url.ok) throw ofFailure(url.error)
  return url.value
}

const run = async (cli: Cli, options: Options): Promise<void> => {
  const settings = await readSettings(cli, flagsOf({ ...options }))
  const token = await readToken(cli, options)
  const url = urlOf(settings, token)
  const own = unverifiedClaims(token)?.client_id
  const clientId = typeof own === 'string' ? own : settings.clientId?.value
  if (clientId === undefined) throw missing('the token does not name its client: give --client-id')
  const client = readClientId(clientId)
  if (!client.ok) throw ofFailure(client.error)
  const revoked = await revoke({ url, token, clientId }, cli)
  if (!revoked.ok) throw ofFailure(revoked.error)
  cli.print({ revoked: true, url }, () => `revoked at ${url}`)
}

/** `gatehouse revoke`: ends a token before its time; an expired one is fine. */
export const registerRevoke: Register = (program, cli) => {
  const command = program
    .command('revoke')
    .description('end a token before its time; whoever holds it may')
  withSettings(command, 'url', 'clientId')
    .option('--token-file <path>', 'where the token is (GATEHOUSE_TOKEN_FILE)')
    .option('--token-stdin', 'read the token from stdin')
    .action((options: Options) => run(cli, options))
}
