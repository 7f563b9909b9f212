import { gatehouse } from '../../client/client.ts'
import { adminIdentifier } from '../../core/permission.ts'
import { unverifiedClaims } from '../../pipeline/credential.ts'
import { type AccessToken, exchange } from '../../pipeline/exchange.ts'
import { patienceOfPeople } from '../../pipeline/retry.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import {
  credentialUrl,
  type Flags,
  readSettings,
  required,
  type Settings,
} from '../settings/settings.ts'
import { adminFetch } from './admin-fetch.ts'
import { adminIdentity } from './credentials.ts'

/** A gateway, ready to be administered. */
export interface Connection {
  readonly url: string
  readonly settings: Settings
  /** Refusals are thrown as `ProblemError`; the program tells them if the command does not. */
  readonly api: ReturnType<typeof gatehouse>
  /** The admin token, got when first needed and kept in memory only. */
  readonly token: () => Promise<string>
}

const renewBeforeMs = 30_000

// A settings file of somebody else's repository must not draw a token to another gateway.
const givenToken = (token: string, url: string): string => {
  const issuer = unverifiedClaims(token)?.iss
  if (issuer === undefined || issuer === url) return token
  throw new CliFailure('usage', {
    code: 'token_of_another_gateway',
    message: `GATEHOUSE_TOKEN was issued by another gateway than ${url}`,
    next: 'correct the url, or unset GATEHOUSE_TOKEN',
  })
}

/** Gets an access token for the admin API by whatever this user or job has. */
export const adminToken = async (cli: Cli, settings: Settings): Promise<AccessToken> => {
  const url = credentialUrl(settings)
  const { clientId, credential, name } = await adminIdentity(cli, settings)
  const { clientId: wanted } = settings
  if (wanted !== undefined && wanted.value !== clientId) {
    cli.say(`client id ${wanted.value} of ${wanted.from} is ignored: ${name} is for ${clientId}`)
  }
  cli.detail(`asking ${url} for an admin token as ${clientId}, by ${name}`)
  const request = { url, clientId, audience: adminIdentifier }
  const token = await exchange(request, credential, cli, patienceOfPeople)
  if (!token.ok) throw ofFailure(token.error)
  return token.value
}

const tokens = (cli: Cli, settings: Settings): (() => Promise<string>) => {
  const given = cli.env.GATEHOUSE_TOKEN
  if (given) return async () => givenToken(given, required(settings, 'url'))
  let kept: Promise<AccessToken> | undefined
  return async () => {
    const current = await kept
    if (current === undefined || current.expiresAt - renewBeforeMs < cli.now()) {
      kept = adminToken(cli, settings)
    }
    return ((await kept) as AccessToken).token
  }
}

// A token that the gateway has issued itself is nothing new to it.
const urlOf = (settings: Settings, token: string | undefined): string =>
  settings.url !== undefined && unverifiedClaims(token)?.iss === settings.url.value
    ? settings.url.value
    : credentialUrl(settings)

/** Connects a command to the admin API of the gateway that the settings name. */
export const connect = async (cli: Cli, flags: Flags = {}): Promise<Connection> => {
  const settings = await readSettings(cli, flags)
  const url = urlOf(settings, cli.env.GATEHOUSE_TOKEN)
  const token = tokens(cli, settings)
  const api = gatehouse({ baseUrl: url, token, fetch: adminFetch(cli, url) })
  return { url, settings, api, token }
}
