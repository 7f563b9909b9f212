/** The grants that an account can have enabled. */
export const grantTypes = [
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'client_credentials',
] as const
export type GrantType = (typeof grantTypes)[number]

/** The identity that a caller becomes. */
export interface ServiceAccount {
  readonly id: string
  readonly clientId: string
  readonly namespaceId: string
  readonly namespacePath: string
  readonly tenantId: string
  readonly name: string
  readonly enabled: boolean
  readonly grantTypes: readonly string[]
  /** A ceiling: null means every resource server of which a permission is held. */
  readonly resourceServerIds: readonly string[] | null
  readonly maxTokenTtlSeconds: number | null
  readonly clientCredentials: boolean
}
