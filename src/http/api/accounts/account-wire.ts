import * as z from 'zod'
import type { CreatedAccount } from '../../../admin/accounts/account-creation.ts'
import type { AccountRecord, AccountView } from '../../../admin/accounts/service-accounts.ts'
import { authMethods } from '../../../core/service-account.ts'
import {
  answeredTime,
  answeredTimeOrNull,
  freeText,
  id,
  idOf,
  name,
  path,
  toTime,
} from '../fields.ts'
import { policyToWire, TrustPolicy } from '../policies/policy-body.ts'
import { bindingToWire, RoleBinding } from '../roles/role-bindings.ts'
import type { Wire } from '../wire.ts'
import { AccountKey, keyToWire } from './key-body.ts'
import { shownSecret, shownSecretMembers } from './secret-wire.ts'

/** An account as it is answered to who may read it whole. */
export const ServiceAccount = z
  .object({
    id,
    client_id: id,
    namespace: path,
    name,
    display_name: freeText.nullable(),
    description: freeText.nullable(),
    kind: z.enum(['workload', 'person']),
    enabled: z.boolean(),
    grant_types: z.array(z.string()),
    resource_server_ids: z
      .array(idOf('resource server'))
      .nullable()
      .describe('A ceiling; null: none'),
    max_token_ttl_seconds: z.number().int().nullable(),
    token_endpoint_auth_method: z.enum(authMethods).nullable(),
    client_credentials: z.object({
      enabled: z.boolean(),
      secrets: z.number().int().describe('How many live'),
      expires_at: answeredTimeOrNull.describe('When the last of them expires'),
    }),
    groups: z.array(idOf('group')),
    roles: z
      .array(z.object({ role_id: idOf('role'), name, namespace: path }))
      .describe('Its own and those of its groups, each with the namespace that it holds in'),
    created_at: answeredTime,
  })
  .meta({ id: 'ServiceAccount', description: 'The identity that a workload becomes.' })

/** An account in a list: above the reader's own namespace only these three members. */
export const ListedAccount = z.union([
  ServiceAccount,
  z.object({ id, name, namespace: path }).meta({
    id: 'ServiceAccountName',
    description: 'An account above the namespaces that you may read: it can be referred to.',
  }),
])

/** A new account with all that was made beside it. */
export const CreatedServiceAccount = ServiceAccount.extend({
  warnings: z.array(z.enum(['no_authentication_method', 'no_role'])),
  trust_policies: z.array(TrustPolicy),
  role_bindings: z.array(RoleBinding),
  keys: z.array(AccountKey),
  ...z.object(shownSecretMembers).omit({ client_id: true }).partial().shape,
}).meta({
  id: 'CreatedServiceAccount',
  description: 'A new account with all that was made beside it; its secret is shown this once.',
})

// Expired secrets are of no more use: the account has only those that live.
const credentialsToWire = (account: AccountRecord, nowMs: number) => {
  const live = account.secretExpiries.filter((expiry) => expiry > nowMs)
  return {
    enabled: account.clientCredentials,
    secrets: live.length,
    expires_at: live.length === 0 ? null : toTime(Math.max(...live)),
  }
}

/** An account, whole. */
export const accountToWire = (
  account: AccountRecord,
  nowMs: number,
): Wire<typeof ServiceAccount> => ({
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
  groups: account.groupIds,
  roles: account.roles.map(({ roleId, name: roleName, namespacePath }) => ({
    role_id: roleId,
    name: roleName,
    namespace: namespacePath,
  })),
  created_at: toTime(account.createdAt),
})

/** An account in a list, as far as its reader may see it. */
export const viewToWire = (view: AccountView, nowMs: number): Wire<typeof ListedAccount> =>
  view.whole
    ? accountToWire(view.account, nowMs)
    : { id: view.account.id, name: view.account.name, namespace: view.account.namespacePath }

const canAuthenticate = ({ policies, keys, secret }: CreatedAccount): boolean =>
  policies.length > 0 || keys.length > 0 || secret !== null

const warningsOf = (created: CreatedAccount) => [
  ...(canAuthenticate(created) ? [] : ['no_authentication_method' as const]),
  ...(created.account.roles.length === 0 ? ['no_role' as const] : []),
]

/** A new account with all that was made beside it; the secret is shown here, and never again. */
export const createdToWire = (created: CreatedAccount): Wire<typeof CreatedServiceAccount> => ({
  ...accountToWire(created.account, created.account.createdAt),
  warnings: warningsOf(created),
  trust_policies: created.policies.map(policyToWire),
  role_bindings: created.bindings.map(bindingToWire),
  keys: created.keys.map(keyToWire),
  ...(created.secret && shownSecret(created.secret)),
})
