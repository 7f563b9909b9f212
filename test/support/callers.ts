import { policyP0 } from './baseline.ts'
import type { Account, Fixture } from './fixture.ts'

/** An account with a secret, in clear as it was shown once. */
export type SecretAccount = Account & { readonly client_secret: string }

/** Makes one account for each way in: by tokens that are good once, and by a secret. */
export async function makeCallers({
  account,
  gateway,
  make,
  roles,
}: Fixture): Promise<{ once: Account; secret: SecretAccount }> {
  const once = await account('once', {
    policies: [policyP0(gateway.issuers.a.url, { replay: 'single_use' })],
  })
  const secret = await make.create<SecretAccount>('/service-accounts', {
    namespace: '/acme',
    name: 'ci-secret',
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
  })
  return { once, secret }
}
