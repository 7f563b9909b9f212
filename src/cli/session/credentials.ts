import { byIdToken, bySecret, type Credential } from '../../pipeline/credential.ts'
import { findIdToken } from '../../pipeline/id-token/find.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { credentialUrl, required, type Settings } from '../settings/settings.ts'
import { forItsAudience } from './for-its-audience.ts'
import { storedLogins } from './stored.ts'

/** Who asks, and what shows it. */
export interface Identity {
  readonly clientId: string
  readonly credential: Credential
  /** As people call it. */
  readonly name: string
}

/** Further ways of showing who asks, given on the command line. */
export interface CredentialFlags {
  readonly clientSecretStdin?: boolean | undefined
  readonly keyFile?: string | undefined
}

const fromSecret = async (
  cli: Cli,
  settings: Settings,
  fromStdin: boolean,
): Promise<Identity | null> => {
  const secret = fromStdin ? (await cli.readStdin()).trim() : cli.env.GATEHOUSE_CLIENT_SECRET
  if (!secret) {
    if (!fromStdin) return null
    throw new CliFailure('usage', {
      code: 'missing_secret',
      message: 'stdin is empty, expected the client secret',
      next: 'pipe it: --client-secret-stdin < file',
    })
  }
  credentialUrl(settings)
  const name = fromStdin ? 'the secret on stdin' : 'GATEHOUSE_CLIENT_SECRET'
  return { clientId: required(settings, 'clientId'), credential: bySecret(secret), name }
}

const fromKey = async (cli: Cli, settings: Settings, path: string): Promise<Identity> => {
  const { byKeyFile } = await import('./key-credential.ts')
  const clientId = required(settings, 'clientId')
  const url = credentialUrl(settings)
  return { clientId, credential: await byKeyFile(cli, { url, clientId, path }), name: path }
}

const fromJob = (cli: Cli, settings: Settings): Identity => {
  // Policies expect the gateway itself as the audience of identity tokens.
  const audience = required(settings, 'url')
  const clientId = required(settings, 'clientId')
  const provider = settings.provider?.value ?? 'auto'
  const source = findIdToken({ audience, provider }, cli)
  if (!source.ok) throw ofFailure(source.error)
  const shown = settings.url?.confirmed ? source.value : forItsAudience(source.value, settings)
  return { clientId, credential: byIdToken(shown), name: source.value.name }
}

/**
 * What a job shows for itself: a secret or a key where one is given, else its identity token.
 */
export const jobIdentity = async (
  cli: Cli,
  settings: Settings,
  flags: CredentialFlags,
): Promise<Identity> => {
  const keyFile = flags.keyFile ?? cli.env.GATEHOUSE_KEY_FILE
  if (flags.clientSecretStdin) {
    const identity = await fromSecret(cli, settings, true)
    if (identity !== null) return identity
  }
  // A provider that is named is meant, whatever secrets lie around.
  if (flags.keyFile === undefined && settings.provider !== undefined) return fromJob(cli, settings)
  if (keyFile) return fromKey(cli, settings, keyFile)
  return (await fromSecret(cli, settings, false)) ?? fromJob(cli, settings)
}

const notLoggedIn = (url: string): CliFailure =>
  new CliFailure('authentication', {
    code: 'not_logged_in',
    message: `there is no credential for ${url}; looked for GATEHOUSE_TOKEN, GATEHOUSE_CLIENT_ID with GATEHOUSE_CLIENT_SECRET or GATEHOUSE_KEY_FILE, a login, and a job's identity token`,
    next: `gatehouse login --url ${url}`,
  })

/** What an administrator shows: as a job does, or the login that was kept for this gateway. */
export const adminIdentity = async (cli: Cli, settings: Settings): Promise<Identity> => {
  const url = credentialUrl(settings)
  const { GATEHOUSE_KEY_FILE: keyFile, GATEHOUSE_CLIENT_SECRET: secret } = cli.env
  if (keyFile || secret) return jobIdentity(cli, settings, {})
  const { logins, path } = await storedLogins(cli)
  const login = Object.hasOwn(logins, url) ? logins[url] : undefined
  if (login !== undefined) {
    const { client_id: clientId, client_secret } = login
    return { clientId, credential: bySecret(client_secret), name: `the login in ${path}` }
  }
  const audience = url
  const isJob = settings.provider !== undefined || findIdToken({ audience }, cli).ok
  if (settings.clientId === undefined || !isJob) throw notLoggedIn(url)
  return fromJob(cli, settings)
}

/** Where the credential of an administrator comes from, in words. */
export const credentialName = async (cli: Cli, settings: Settings): Promise<string> =>
  cli.env.GATEHOUSE_TOKEN
    ? 'the variable GATEHOUSE_TOKEN'
    : (await adminIdentity(cli, settings)).name
