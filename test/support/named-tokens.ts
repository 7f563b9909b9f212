import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE } from './baseline.ts'
import type { AdminOptions, Form } from './clients.ts'
import type { Fixture } from './fixture.ts'
import type { Claims } from './issuer.ts'
import type { Made } from './maker.ts'

/** A named token as it is answered once, with its value. */
export interface NamedToken extends Made {
  readonly name: string
  readonly token: string
  readonly created_at: string
  readonly expires_at: string
  readonly last_used_at: string | null
  readonly last_used_from: string | null
  readonly warnings: readonly string[]
}

/** Where the named tokens of an account are. */
export function tokensOf(account: Pick<Made, 'id'>): string {
  return `/service-accounts/${account.id}/tokens`
}

let made = 0

/** Makes a named token for api-1, unless `members` says otherwise. */
export function makeToken(
  { make, resourceServers }: Pick<Fixture, 'make' | 'resourceServers'>,
  account: Made,
  members: Claims = {},
  options: AdminOptions = {},
): Promise<NamedToken> {
  made += 1
  const body = { name: `token-${made}`, resource_server_id: resourceServers.api1.id, ...members }
  return make.create<NamedToken>(tokensOf(account), body, options)
}

/** The request that exchanges a named token; an undefined override leaves a parameter out. */
export function exchangeForm(
  clientId: string,
  token: string,
  overrides: Record<string, string | undefined> = {},
): Form {
  return {
    grant_type: TOKEN_EXCHANGE,
    client_id: clientId,
    subject_token: token,
    subject_token_type: ACCESS_TOKEN_TYPE,
    ...overrides,
  }
}
