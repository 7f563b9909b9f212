import * as z from 'zod'
import type { NewAccount } from '../../../admin/accounts/account-parts.ts'
import type { AccountChange } from '../../../admin/accounts/service-accounts.ts'
import { maxKeys } from '../../../core/account-key.ts'
import { maxGroupsOfAccount } from '../../../core/group.ts'
import { authMethods, grantTypes } from '../../../core/service-account.ts'
import { accountKind, freeText, idOf, name, path, tokenTtl } from '../fields.ts'
import { PolicyBody, toDraft } from '../policies/policy-body.ts'
import { hasOneLife, lifeMembers, oneLife, toLife } from './credential-body.ts'
import { KeyBody, toKeyDraft } from './key-body.ts'

const text = freeText.nullable()
const ceiling = z.array(idOf('resource server')).max(50).nullable()
const authMethod = z.enum(authMethods).nullable()
const grants = z.array(z.enum(grantTypes)).min(1)

/** An account as it is created. Naming a method and leaving it empty is a mistake (T10). */
export const AccountBody = z.strictObject({
  namespace: path,
  name,
  display_name: text.default(null),
  description: text.default(null),
  kind: accountKind.default('workload'),
  grant_types: grants.default([...grantTypes]),
  resource_server_ids: ceiling.default(null),
  max_token_ttl_seconds: tokenTtl.nullable().default(null),
  token_endpoint_auth_method: authMethod.default(null),
  trust_policies: z.array(PolicyBody).min(1, 'expected at least one policy').optional(),
  role_bindings: z
    .array(z.strictObject({ role_id: idOf('role'), namespace: path }))
    .max(50)
    .default([]),
  groups: z.array(idOf('group')).max(maxGroupsOfAccount).default([]),
  keys: z.array(KeyBody).min(1, 'expected at least one key').max(maxKeys).optional(),
  client_credentials: z.strictObject(lifeMembers).refine(hasOneLife, oneLife).optional(),
})

/** The body as the code knows it. */
export const toNewAccount = (body: z.infer<typeof AccountBody>): NewAccount => ({
  namespace: body.namespace,
  name: body.name,
  displayName: body.display_name,
  description: body.description,
  kind: body.kind,
  grantTypes: body.grant_types,
  resourceServerIds: body.resource_server_ids,
  maxTokenTtlSeconds: body.max_token_ttl_seconds,
  authMethod: body.token_endpoint_auth_method,
  policies: (body.trust_policies ?? []).map(toDraft),
  bindings: body.role_bindings.map(({ role_id: roleId, namespace }) => ({ roleId, namespace })),
  groupIds: [...new Set(body.groups)],
  roles: [],
  keys: (body.keys ?? []).map(toKeyDraft),
  secret: body.client_credentials === undefined ? null : toLife(body.client_credentials),
})

/** What of an account can be changed. */
export const AccountChangeBody = z.strictObject({
  name: name.optional(),
  display_name: text.optional(),
  description: text.optional(),
  enabled: z.boolean().optional(),
  grant_types: grants.optional(),
  resource_server_ids: ceiling.optional(),
  max_token_ttl_seconds: tokenTtl.nullable().optional(),
  token_endpoint_auth_method: authMethod.optional(),
  client_credentials: z.strictObject({ enabled: z.boolean() }).optional(),
})

/** The members that were sent, as the code knows them. */
export const toChange = (body: z.infer<typeof AccountChangeBody>): AccountChange => ({
  ...(body.name !== undefined && { name: body.name }),
  ...(body.display_name !== undefined && { displayName: body.display_name }),
  ...(body.description !== undefined && { description: body.description }),
  ...(body.enabled !== undefined && { enabled: body.enabled }),
  ...(body.grant_types !== undefined && { grantTypes: body.grant_types }),
  ...(body.resource_server_ids !== undefined && { resourceServerIds: body.resource_server_ids }),
  ...(body.max_token_ttl_seconds !== undefined && {
    maxTokenTtlSeconds: body.max_token_ttl_seconds,
  }),
  ...(body.token_endpoint_auth_method !== undefined && {
    authMethod: body.token_endpoint_auth_method,
  }),
  ...(body.client_credentials !== undefined && {
    clientCredentials: body.client_credentials.enabled,
  }),
})
