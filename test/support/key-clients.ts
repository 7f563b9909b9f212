import {
  assertionClaims,
  type RegisteredKey,
  registerKey,
  signAssertion,
  withAssertion,
} from './assertion.ts'
import { type Account, API_1, type Fixture } from './fixture.ts'
import type { Claims } from './issuer.ts'
import { makeEcKey, type TestKey } from './keys.ts'

/** An account with a registered key, and what it says with it. */
export interface KeyClient {
  readonly account: Account
  readonly key: TestKey
  readonly registered: RegisteredKey
  /** A baseline assertion with other claims or header; undefined leaves a claim out. */
  assertion(claims?: Claims, header?: Claims): string
  /** Presents an assertion, a baseline one unless told otherwise, for a token. */
  login(assertion?: string, form?: Claims): Promise<Response>
}

export interface KeyClientOptions {
  readonly key?: TestKey
  /** Members of the key's registration. */
  readonly registration?: Claims
  /** Members of the account. */
  readonly members?: Claims
  readonly namespace?: string
}

/** Makes an account of api-1's role that logs in by a key, ES256 unless told otherwise. */
export async function makeKeyClient(
  { gateway, account: makeAccount, roles }: Fixture,
  name: string,
  options: KeyClientOptions = {},
): Promise<KeyClient> {
  const { key = await makeEcKey('c1'), registration, members, namespace = '/acme' } = options
  const role = namespace === '/globex' ? roles.api3 : roles.api1
  const account = await makeAccount(name, {
    namespace,
    policies: [],
    roles: [role],
    ...(members === undefined ? {} : { members }),
  })
  const registered = await registerKey(gateway, account.id, { jwk: key.jwk, ...registration })
  const assertion: KeyClient['assertion'] = (claims, header) =>
    signAssertion(assertionClaims(account.client_id, claims), key, {
      kid: registered.kid,
      ...header,
    })
  return {
    account,
    key,
    registered,
    assertion,
    login: (text = assertion(), form = {}) =>
      gateway.token({
        grant_type: 'client_credentials',
        ...(namespace === '/acme' ? { resource: API_1 } : {}),
        ...withAssertion(text),
        ...form,
      }),
  }
}
