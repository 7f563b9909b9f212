import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { redactText } from '../../core/redact.ts'
import { type AccessToken, type ExchangeRequest, exchange } from '../../pipeline/exchange.ts'
import type { Patience } from '../../pipeline/retry.ts'
import { revoke } from '../../pipeline/revoke.ts'
import { type Cli, CliFailure, ProgramEnded, type Register } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { makePrivateDirectory, writePrivately } from '../frame/private-file.ts'
import { type Identity, jobIdentity } from '../session/credentials.ts'
import { readSettings } from '../settings/settings.ts'
import { refuseMissing, startChild } from './child.ts'
import { type Freshness, keepFresh } from './keep-fresh.ts'
import { patienceOf, requestOf } from './request.ts'

interface Work {
  readonly argv: readonly string[]
  readonly request: ExchangeRequest
  readonly identity: Identity
  readonly patience: Patience
}

// The program needs the token alone. What gets one is not for whatever a build pulls in.
// No boundary: a program of the same user can read it from our process, or ask the platform itself.
const withheld = [
  'GATEHOUSE_CLIENT_SECRET',
  'GATEHOUSE_ID_TOKEN',
  'GATEHOUSE_KEY_FILE',
  'GATEHOUSE_PAIRING_CODE',
  'GATEHOUSE_TOKEN',
]

const environmentOf = ({ env }: Cli, file: string, { identity }: Work): Cli['env'] => {
  // A token from `--provider env:NAME` is called by its variable.
  const names = [...withheld, identity.name]
  const rest = Object.entries(env).filter(([name]) => !names.includes(name))
  return { ...Object.fromEntries(rest), GATEHOUSE_TOKEN_FILE: file }
}

const revokeQuietly = async (cli: Cli, url: string, { token }: AccessToken): Promise<void> => {
  const revoked = await revoke({ url, token }, cli, { timeoutSeconds: 5, attempts: 2 })
  if (!revoked.ok) cli.say(`the access token was not revoked: ${revoked.error.message}`)
}

const runWithToken = async (cli: Cli, first: AccessToken, file: string, work: Work) => {
  const { request, identity, patience } = work
  let last = first
  const write = (token: AccessToken): Promise<void> => {
    last = token
    return writePrivately(file, `${token.token}\n`)
  }
  await write(first)
  const end = new AbortController()
  const freshness: Freshness = {
    renewable: identity.credential.renewable,
    sourceName: identity.name,
    write,
    ended: () => end.signal.aborted,
    pause: (ms) => setTimeout(ms, undefined, { signal: end.signal }).catch(() => {}),
    renew: (timeoutSeconds) =>
      exchange(request, identity.credential, cli, { ...patience, timeoutSeconds }),
  }
  const { status } = await startChild(work.argv, environmentOf(cli, file, work), cli)
  // A full disk ends the renewing, not the program that runs.
  const fresh = keepFresh(first, cli, freshness).catch((thrown: Error) =>
    cli.warn(`warning: the token file is not renewed any more: ${redactText(thrown.message)}`),
  )
  const code = await status
  end.abort()
  await fresh
  return { code, last }
}

const execute = async (cli: Cli, work: Work): Promise<number> => {
  const { request, identity, patience } = work
  const first = await exchange(request, identity.credential, cli, patience)
  if (!first.ok) throw ofFailure(first.error)
  const directory = await makePrivateDirectory(cli)
  let last = first.value
  try {
    const ended = await runWithToken(cli, first.value, join(directory, 'token'), work)
    last = ended.last
    return ended.code
  } finally {
    await rm(directory, { recursive: true, force: true })
    await revokeQuietly(cli, request.url, last)
  }
}

/** `gatehouse exec -- CMD`: runs a program with a token file that stays fresh while it runs. */
export const registerExec: Register = (program, cli) => {
  const command = program
    .command('exec')
    .description('run a program with GATEHOUSE_TOKEN_FILE, kept fresh while it runs')
    .argument('<command...>', 'the program and its arguments, behind --')
  withSettings(command, 'url', 'clientId', 'audience', 'scopes', 'provider', 'timeout')
    .option('--key-file <path>', 'sign with a private key (GATEHOUSE_KEY_FILE)')
    .action(async (argv: readonly string[], options: { readonly keyFile?: string }) => {
      const settings = await readSettings(cli, flagsOf({ ...options }))
      if (settings.provider?.value === 'stdin') {
        throw new CliFailure('usage', {
          code: 'bad_input',
          message: 'stdin belongs to the program that is run',
          next: 'give the identity token by --provider env:NAME or file:PATH',
        })
      }
      await refuseMissing(argv[0] ?? '', cli)
      const identity = await jobIdentity(cli, settings, options)
      const request = { ...requestOf(settings), clientId: identity.clientId }
      const work = { argv, request, identity, patience: patienceOf(cli, settings) }
      throw new ProgramEnded(await execute(cli, work))
    })
}
