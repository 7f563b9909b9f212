import type { SecretAccount } from './callers.ts'
import { basic } from './clients.ts'
import { API_1, type Fixture } from './fixture.ts'
import type { Gateway } from './gateway.ts'

export type Pair = Pick<SecretAccount, 'client_id' | 'client_secret'>

/** The two ways to present a secret. */
export const METHODS = ['client_secret_basic', 'client_secret_post'] as const

/** Makes an account of /acme that has a secret, and the role of api-1. */
export function secretAccount(
  { make, roles }: Fixture,
  name: string,
  members: Record<string, unknown> = {},
): Promise<SecretAccount> {
  return make.create<SecretAccount>('/service-accounts', {
    namespace: '/acme',
    name,
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
    ...members,
  })
}

/** Logs in with a secret, for api-1 unless the form says otherwise. */
export function logIn(
  { gateway }: { readonly gateway: Pick<Gateway, 'token'> },
  { client_id, client_secret }: Pair,
  { method = 'client_secret_basic', form = {}, headers = {} }: LoginOptions = {},
): Promise<Response> {
  const login = { grant_type: 'client_credentials', resource: API_1, ...form }
  if (method === 'client_secret_post') {
    return gateway.token({ ...login, client_id, client_secret }, { headers })
  }
  const authorization = basic(client_id, client_secret)
  return gateway.token(login, { headers: { authorization, ...headers } })
}

export interface LoginOptions {
  readonly method?: (typeof METHODS)[number]
  readonly form?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
}

/** All that an answer says, but for what differs between any two answers: when, and which decision. */
export async function whole(response: Response): Promise<unknown> {
  const { date: _, ...headers } = Object.fromEntries(response.headers)
  const body = (await response.text()).replace(/"dec_[0-9a-z]{26}"/, '"dec_"')
  return { status: response.status, headers, body }
}
