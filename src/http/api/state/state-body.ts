import * as z from 'zod'
import { grantTypes } from '../../../core/service-account.ts'
import { AccountBody } from '../accounts/account-body.ts'
import { freeText, name, path, tokenTtl } from '../fields.ts'
import { IssuerBody } from '../issuers/issuer-body.ts'
import { permissionNames } from '../permission-names.ts'
import { PolicyBody } from '../policies/policy-body.ts'

const label = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a label like project')
const text = freeText.nullable().default(null)
const identifier = z.string().max(1024)

const namespace = z.strictObject({
  path,
  kind: label.default('namespace'),
  display_name: text,
  enabled: z.boolean().default(true),
  named_tokens_max_days: z.number().int().min(0).max(3650).nullable().default(null),
  widening_needs_approval: z.boolean().default(false),
})

const resourceServer = z.strictObject({
  namespace: path,
  identifier,
  name: freeText,
  permissions: permissionNames,
  token_ttl_seconds: tokenTtl.default(600),
})

const role = z.strictObject({
  namespace: path,
  name,
  resource_server: identifier,
  display_name: text,
  permissions: permissionNames.min(1),
})

const ref = z.strictObject({ namespace: path, name })

const group = z.strictObject({
  namespace: path,
  name,
  display_name: text,
  members: z.array(ref).default([]),
})

const issuer = IssuerBody.extend({ issuer: z.string() })

const { kind, token_endpoint_auth_method: authMethod } = AccountBody.shape

const serviceAccount = z.strictObject({
  namespace: path,
  name,
  display_name: text,
  description: text,
  kind,
  enabled: z.boolean().default(true),
  grant_types: z
    .array(z.enum(grantTypes))
    .min(1)
    .default([...grantTypes]),
  resource_servers: z.array(identifier).max(50).nullable().default(null),
  max_token_ttl_seconds: tokenTtl.nullable().default(null),
  token_endpoint_auth_method: authMethod,
  client_credentials: z.strictObject({ enabled: z.boolean() }).default({ enabled: false }),
  trust_policies: z.array(PolicyBody).optional(),
})

const builtIn = z.enum(['owner', 'deployer', 'viewer'])

const roleBinding = z.strictObject({
  role: z.union([builtIn, z.strictObject({ namespace: path, name, resource_server: identifier })]),
  namespace: path,
  principal: z.strictObject({
    type: z.enum(['service_account', 'group']),
    namespace: path,
    name,
  }),
})

/** The configuration of a subtree as one document; what is left out has its default. */
export const StateBody = z
  .strictObject({
    format: z.literal(1),
    namespace: path,
    namespaces: z.array(namespace).optional(),
    resource_servers: z.array(resourceServer).optional(),
    roles: z.array(role).optional(),
    groups: z.array(group).optional(),
    issuers: z.array(issuer).optional(),
    service_accounts: z.array(serviceAccount).optional(),
    role_bindings: z.array(roleBinding).optional(),
  })
  .meta({
    id: 'State',
    description:
      'The configuration of a namespace and all below it, by names instead of ids. A list that is left out is none of the document’s business.',
  })
export type StateBody = z.output<typeof StateBody>

const utc = (time: string | null): string | null =>
  time === null ? null : new Date(Math.floor(Date.parse(time) / 1000) * 1000).toISOString()

/** A document as it was sent, as the code knows it. Issuers are completed by their presets later. */
export const toDocument = (body: StateBody) => ({
  ...body,
  service_accounts: body.service_accounts?.map((account) => ({
    ...account,
    trust_policies: account.trust_policies?.map((policy) => ({
      ...policy,
      expires_at: utc(policy.expires_at),
    })),
  })),
})
