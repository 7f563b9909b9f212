import type { Context } from 'hono'
import { assertionAlgorithms } from '../core/account-key.ts'
import { proofAlgorithms } from '../core/dpop.ts'
import { keySetMaxAgeSeconds } from '../core/signing-key.ts'
import { publishedKeys } from '../grants/published-keys.ts'
import {
  clientAuthenticationMethods,
  grants,
  introspectionAuthenticationMethods,
} from '../grants/registry.ts'
import type { HttpEnv } from './env.ts'
import { jsonReply } from './reply.ts'

const publicDocument = {
  'access-control-allow-origin': '*',
  'cache-control': `public, max-age=${keySetMaxAgeSeconds}`,
}

/** The authorization-server metadata (RFC 8414 §2): only what works is announced. */
export const metadata = (c: Context<HttpEnv>): Response => {
  const { issuerUrl } = c.env.gatehouse.config
  return jsonReply(
    200,
    {
      issuer: issuerUrl,
      token_endpoint: `${issuerUrl}/oauth/token`,
      jwks_uri: `${issuerUrl}/.well-known/jwks.json`,
      grant_types_supported: grants.map((grant) => grant.type),
      token_endpoint_auth_methods_supported: clientAuthenticationMethods,
      token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
      dpop_signing_alg_values_supported: proofAlgorithms,
      introspection_endpoint: `${issuerUrl}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: introspectionAuthenticationMethods,
      introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
      revocation_endpoint: `${issuerUrl}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
      revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
      response_types_supported: [],
    },
    publicDocument,
  )
}

/** Our public keys (RFC 7517): every key that may have signed a living token. */
export const keySet = async (c: Context<HttpEnv>): Promise<Response> =>
  jsonReply(200, { keys: await publishedKeys(c.env.gatehouse) }, publicDocument)
