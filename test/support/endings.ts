import { expect } from 'vitest'
import type { SecretAccount } from './callers.ts'
import { basic, type Form, formBody } from './clients.ts'
import { expectIssued } from './expect.ts'
import { type Account, API_1, type Fixture } from './fixture.ts'
import type { Gateway } from './gateway.ts'
import type { Claims } from './issuer.ts'

/** The claims of a revocation feed. */
export interface Feed {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly accounts: Readonly<Record<string, number>>
  readonly policies: Readonly<Record<string, number>>
  readonly tokens: readonly string[]
  readonly keys: readonly string[]
}

/** Posts a form to one of the endpoints beside the token endpoint. */
export const postForm = (
  gateway: Pick<Gateway, 'fetch'>,
  endpoint: 'introspect' | 'revoke',
  form: Form,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  gateway.fetch(`/oauth/${endpoint}`, { method: 'POST', body: formBody(form), headers })

/** Makes an API's own account: it may ask about tokens for APIs of a namespace, and nothing else. */
export async function makeIntrospector(
  { make }: Pick<Fixture, 'make'>,
  name: string,
  namespace = '/acme',
): Promise<SecretAccount> {
  const role = await make.role(namespace, `${name}-role`, {
    id: 'rs_admin',
    permissions: ['tokens:introspect'],
  })
  return make.create<SecretAccount>('/service-accounts', {
    namespace,
    name,
    client_credentials: {},
    role_bindings: [{ role_id: role.id, namespace }],
  })
}

/** What introspection says of a token. */
export async function introspection(
  gateway: Pick<Gateway, 'fetch'>,
  { client_id, client_secret }: Pick<SecretAccount, 'client_id' | 'client_secret'>,
  token: string,
): Promise<Claims> {
  const authorization = basic(client_id, client_secret)
  const response = await postForm(gateway, 'introspect', { token }, { authorization })
  const answer = (await response.json()) as Claims
  expect([response.status, answer]).toEqual([200, expect.anything()])
  return answer
}

export const INACTIVE = { active: false }

/** Exchanges a baseline token as an account: a living token for api-1, unless told otherwise. */
export async function mintFor(
  { gateway, BR, BT }: Pick<Fixture, 'gateway' | 'BR' | 'BT'>,
  account: Pick<Account, 'client_id'>,
  overrides: Claims = {},
  resource: string = API_1,
): Promise<string> {
  const form = BR({ client_id: account.client_id, subject_token: BT(overrides), resource })
  return (await expectIssued(await gateway.token(form))).access_token
}

/** Fetches the feed of an audience. */
export const fetchFeed = (
  gateway: Pick<Gateway, 'fetch'>,
  audience: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  gateway.fetch(`/oauth/revocations?${new URLSearchParams({ audience })}`, { headers })
