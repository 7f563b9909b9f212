import { ProblemError } from '../../client/client.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { unverifiedClaims } from '../../pipeline/credential.ts'
import { type Cli, CliFailure, type Register } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import type { Flags } from '../settings/settings.ts'
import { type Connection, connect } from './connect.ts'
import { credentialName } from './credentials.ts'

interface Held {
  readonly namespace: string
  readonly permissions: readonly string[]
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []

/** Where the token's permissions hold: one namespace, or each with its own (RFC 9396). */
const heldBy = (claims: JsonObject): Held[] => {
  const { namespace, scope, authorization_details: details } = claims
  if (typeof namespace === 'string') {
    return [{ namespace, permissions: String(scope ?? '').split(' ') }]
  }
  if (!Array.isArray(details)) return []
  return details.filter(isJsonObject).map(({ identifier, actions }) => ({
    namespace: String(identifier),
    permissions: texts(actions),
  }))
}

const nameOf = async ({ api }: Connection, id: string): Promise<string | null> => {
  try {
    const path = { service_account_id: id }
    const answer = await api.GET('/admin/v1/service-accounts/{service_account_id}', {
      params: { path },
    })
    return answer.data?.name ?? null
  } catch (thrown) {
    // An account may be allowed to work and not to read itself; a token that is refused is another thing.
    if (thrown instanceof ProblemError && thrown.problem.status !== 401) return null
    throw thrown
  }
}

// What a token says of itself is worth nothing until the gateway took it.
const refuseWorthless = async ({ api }: Connection): Promise<void> => {
  try {
    await api.GET('/admin/v1/namespaces', { params: { query: { limit: 1 } } })
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.status === 403) return
    throw thrown
  }
}

const verbs = (permissions: readonly string[]): string => {
  const writes = permissions.filter((name) => !name.endsWith(':read'))
  const reads = permissions.filter((name) => name.endsWith(':read'))
  const part = (what: string, names: readonly string[]) =>
    names.length > 0 ? [`${what} ${names.map((name) => name.split(':')[0]).join(', ')}`] : []
  const others = writes.filter((name) => !name.endsWith(':write'))
  const changes = writes.filter((name) => name.endsWith(':write'))
  return [
    ...part('read', reads),
    ...part('change', changes),
    ...(others.length > 0 ? [others.join(', ')] : []),
  ].join('; ')
}

const inWords = (facts: {
  readonly url: string
  readonly account: { readonly id: string; readonly name: string | null }
  readonly client_id: string
  readonly credential: string
  readonly expires_at: string | null
  readonly held: readonly Held[]
}): string =>
  [
    `${facts.account.name ?? facts.account.id} (${facts.client_id}) at ${facts.url}`,
    `id: ${facts.account.id}`,
    `credential: ${facts.credential}`,
    `token ends: ${facts.expires_at ?? 'unknown'}`,
    ...facts.held.map(({ namespace, permissions }) => `in ${namespace}: ${verbs(permissions)}`),
  ].join('\n')

const whoami = async (cli: Cli, flags: Flags): Promise<void> => {
  const connection = await connect(cli, flags)
  const claims = unverifiedClaims(await connection.token())
  await refuseWorthless(connection)
  if (claims === null || typeof claims.sub !== 'string') {
    throw new CliFailure('authentication', {
      code: 'opaque_token',
      message: 'the admin token says nothing about itself',
      next: 'unset GATEHOUSE_TOKEN and log in: gatehouse login',
    })
  }
  const { sub: id, client_id, exp, scope } = claims
  const facts = {
    url: connection.url,
    account: { id, name: await nameOf(connection, id) },
    client_id: String(client_id),
    credential: await credentialName(cli, connection.settings),
    scopes: String(scope ?? '').split(' '),
    held: heldBy(claims),
    expires_at: typeof exp === 'number' ? new Date(exp * 1000).toISOString() : null,
  }
  cli.print(facts, () => inWords(facts))
}

/** `gatehouse whoami`: which account the commands act as, and what it may do where. */
export const registerWhoami: Register = (program, cli) => {
  const command = program
    .command('whoami')
    .description('show which account the commands act as, and what it may do where')
  withSettings(command, 'url', 'clientId', 'provider').action((options) =>
    whoami(cli, flagsOf(options)),
  )
}
