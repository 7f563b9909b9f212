import type {
  AccountBinding,
  AccountConfig,
  AccountPolicy,
  Issuer,
  ResourceServer,
} from '../../src/core/account-config.ts'
import { grantTypes, type ServiceAccount } from '../../src/core/service-account.ts'

/** The account of the defaults: at home in /acme/payments, with every grant and no ceiling. */
export const account: ServiceAccount = {
  id: 'sa_deployer',
  clientId: 'cli_deployer',
  namespaceId: 'ns_payments',
  namespacePath: '/acme/payments',
  tenantId: 'ns_acme',
  name: 'deployer',
  enabled: true,
  grantTypes,
  resourceServerIds: null,
  maxTokenTtlSeconds: null,
  clientCredentials: true,
  authMethod: null,
}

/** The tenant's API. */
export const api: ResourceServer = {
  id: 'rs_api',
  identifier: 'https://api.acme.test',
  namespacePath: '/acme',
  tenantId: 'ns_acme',
  permissions: ['deploy:read', 'deploy:write'],
  tokenTtlSeconds: 600,
}

/** A role that gives all of the API where the account lives. */
export const binding: AccountBinding = {
  id: 'rb_1',
  groupId: null,
  roleId: 'role_api',
  resourceServerId: api.id,
  namespaceId: 'ns_payments',
  namespacePath: '/acme/payments',
  permissions: ['deploy:read', 'deploy:write'],
  enabled: true,
}

export const issuer: Issuer = {
  id: 'iss_a',
  version: 1,
  issuer: 'https://issuer-a.test',
  preset: null,
  jwksUri: null,
  jwks: null,
  algorithms: ['RS256'],
  maxTokenAgeSeconds: 86_400,
  replay: null,
  enabled: true,
}

export const policy: AccountPolicy = {
  id: 'tp_main',
  version: 3,
  name: 'deploy from main',
  issuer: issuer.issuer,
  audience: 'https://gw.test',
  boundClaims: { ref: 'refs/heads/main' },
  replay: null,
  maxTokenTtlSeconds: null,
  scope: null,
  enabled: true,
  expiresAt: null,
}

/** A configuration that may have a token, with some of it changed. */
export const configWith = (changes: Partial<AccountConfig> = {}): AccountConfig => ({
  account,
  namespaceEnabled: true,
  issuers: [issuer],
  policies: [policy],
  bindings: [binding],
  resourceServers: [api],
  secrets: [],
  keys: [],
  namedTokens: [],
  signingKey: null,
  versions: { tenant: 1, root: 1 },
  ...changes,
})
