/** The grants that an account can have enabled. */
export const grantTypes = [
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'client_credentials',
] as const
export type GrantType = (typeof grantTypes)[number]

/** Ways in which a client authenticates that an account can be held to (RFC 7591 §2). */
export const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type AuthMethod = (typeof authMethods)[number]

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
  /** The one way in which it may authenticate as a client; null: any. */
  readonly authMethod: AuthMethod | null
}

/** Whether a resource server is within a ceiling. */
export const isWithin = (
  { resourceServerIds: ceiling }: Pick<ServiceAccount, 'resourceServerIds'>,
  resourceServerId: string,
): boolean => ceiling === null || ceiling.includes(resourceServerId)
