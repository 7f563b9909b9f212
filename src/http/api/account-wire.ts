import type { CreatedAccount } from '../../admin/account-creation.ts'
import type { AccountRecord, AccountView } from '../../admin/service-accounts.ts'
import { toTime } from './fields.ts'
import { keyToWire } from './key-body.ts'
import { policyToWire } from './policy-body.ts'
import { bindingToWire } from './role-bindings.ts'
import { shownSecret } from './secret-wire.ts'

// Expired secrets are of no more use: the account has only those that live.
const credentialsToWire = (account: AccountRecord, nowMs: number) => {
  const live = account.secretExpiries.filter((expiry) => expiry > nowMs)
  return {
    enabled: account.clientCredentials,
    secrets: live.length,
    expires_at: live.length === 0 ? null : toTime(Math.max(...live)),
  }
}

/** An account as it is answered to who may read it whole. */
export const accountToWire = (account: AccountRecord, nowMs: number) => ({
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
  client_credentials: credentialsToWire(account, nowMs),
  created_at: toTime(account.createdAt),
})

/** An account in a list: above the reader's own namespace only these three members. */
export const viewToWire = (view: AccountView, nowMs: number) =>
  view.whole
    ? accountToWire(view.account, nowMs)
    : { id: view.account.id, name: view.account.name, namespace: view.account.namespacePath }

const canAuthenticate = ({ policies, keys, secret }: CreatedAccount): boolean =>
  policies.length > 0 || keys.length > 0 || secret !== null

const warningsOf = (created: CreatedAccount): readonly string[] => [
  ...(canAuthenticate(created) ? [] : ['no_authentication_method']),
  ...(created.bindings.length === 0 ? ['no_role'] : []),
]

/** A new account with all that was made beside it; the secret is shown here, and never again. */
export const createdToWire = (created: CreatedAccount) => ({
  ...accountToWire(created.account, created.account.createdAt),
  warnings: warningsOf(created),
  trust_policies: created.policies.map(policyToWire),
  role_bindings: created.bindings.map(bindingToWire),
  keys: created.keys.map(keyToWire),
  ...(created.secret && shownSecret(created.secret)),
})
