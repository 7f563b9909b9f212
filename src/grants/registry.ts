import { clientCredentials } from './client-credentials.ts'
import type { Grant } from './grant.ts'
import { jwtBearer } from './jwt-bearer.ts'
import { tokenExchange } from './token-exchange.ts'

/** All ways to obtain a token; the metadata announces exactly these. */
export const grants: readonly Grant[] = [tokenExchange, jwtBearer, clientCredentials]

/** Ways to authenticate as a client that work today (RFC 8414 §2). */
export const clientAuthenticationMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const

/** Ways to be let in at introspection: as a client, or with a token for the admin API. */
export const introspectionAuthenticationMethods = [
  ...clientAuthenticationMethods.filter((method) => method !== 'none'),
  'Bearer',
] as const

/** The grant of a type, if it is offered. */
export const findGrant = (type: string): Grant | undefined =>
  grants.find((grant) => grant.type === type)
