import type { House } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1 } from '../support/fixture.ts'
import type { Gateway } from '../support/gateway.ts'
import { settings } from '../support/settings.ts'

/** What every client of these tests is granted for API_1. */
export const SCOPE = 'deploy:read deploy:write'

/**
 * Fetches as the outside world does. In production TLS ends in front of the Worker; this hook, which
 * the libraries document, is that end: what is asked of the issuer's origin, and of nothing else,
 * reaches the Worker where it listens.
 */
export const behindTls =
  (gateway: Gateway) =>
  (input: string | URL | Request, init?: object): Promise<Response> => {
    const asked = new Request(input, init)
    const { origin, pathname, search } = new URL(asked.url)
    if (origin !== settings.issuerUrl) throw new Error(`a client asked ${origin}`)
    return fetch(new Request(`${gateway.url()}${pathname}${search}`, asked))
  }

/** Makes an account of /acme with a secret and the role of API_1. */
export const makeSecretAccount = (
  { make, roles }: House,
  name: string,
  members: Readonly<Record<string, unknown>> = {},
): Promise<SecretAccount> =>
  make.create<SecretAccount>('/service-accounts', {
    namespace: '/acme',
    name,
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
    ...members,
  })

/** Gets a token for API_1 without any library. */
export const plainToken = async (
  { gateway }: House,
  { client_id, client_secret }: SecretAccount,
): Promise<string> => {
  const grant = { grant_type: 'client_credentials', resource: API_1 }
  const answer = await gateway.token({ ...grant, client_id, client_secret })
  return ((await answer.json()) as { access_token: string }).access_token
}
