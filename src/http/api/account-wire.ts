import type { CreatedAccount } from '../../admin/account-creation.ts'
import type { AccountRecord, AccountView } from '../../admin/service-accounts.ts'
import { toTime } from './fields.ts'
import { policyToWire } from './policy-body.ts'
import { bindingToWire } from './role-bindings.ts'

/** An account as it is answered to who may read it whole. */
export const accountToWire = (account: AccountRecord) => ({
  id: account.id,
  client_id: account.clientId,
  namespace: account.namespacePath,
  name: account.name,
  display_name: account.displayName,
  description: account.description,
  kind: account.kind,
  enabled: account.enabled,
  grant_types: account.grantTypes,
  resource_server_ids: account.resourceServerIds,
  max_token_ttl_seconds: account.maxTokenTtlSeconds,
  token_endpoint_auth_method: account.authMethod,
  client_credentials: {
    enabled: account.clientCredentials,
    secrets: account.secrets,
    expires_at: account.secretsExpireAt === null ? null : toTime(account.secretsExpireAt),
  },
  created_at: toTime(account.createdAt),
})

/** An account in a list: above the reader's own namespace only these three members. */
export const viewToWire = (view: AccountView) =>
  view.whole
    ? accountToWire(view.account)
    : { id: view.account.id, name: view.account.name, namespace: view.account.namespacePath }

const warningsOf = ({ policies, bindings, secret }: CreatedAccount): readonly string[] => [
  ...(policies.length === 0 && secret === null ? ['no_authentication_method'] : []),
  ...(bindings.length === 0 ? ['no_role'] : []),
]

/** A new account with all that was made beside it; the secret is shown here, and never again. */
export const createdToWire = (created: CreatedAccount) => ({
  ...accountToWire(created.account),
  warnings: warningsOf(created),
  trust_policies: created.policies.map(policyToWire),
  role_bindings: created.bindings.map(bindingToWire),
  ...(created.secret && {
    client_secret: created.secret.clear,
    client_id_issued_at: Math.floor(created.account.createdAt / 1000),
    client_secret_expires_at: Math.floor(created.secret.expiresAt / 1000),
  }),
})
