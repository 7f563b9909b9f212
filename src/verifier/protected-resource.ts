import { proofAlgorithms } from '../core/dpop.ts'
import type { DpopMode } from './dpop/options.ts'

/** What an API may tell of itself in its metadata (RFC 9728 §2). */
export interface ResourceDescription {
  readonly name?: string
  /** Where people read about the API. */
  readonly documentation?: string
  readonly scopes?: readonly string[]
}

/** The metadata of an API: tells clients which gateway issues its tokens (RFC 9728). */
export interface ProtectedResource {
  /** Where it has to be served, on the API's own origin. */
  readonly url: string
  readonly path: string
  readonly document: Readonly<Record<string, string | boolean | readonly string[]>>
}

const dpopMembers = (mode: DpopMode) =>
  mode !== 'off' && {
    dpop_signing_alg_values_supported: proofAlgorithms,
    dpop_bound_access_tokens_required: mode === 'required',
  }

const wellKnown = '/.well-known/oauth-protected-resource'

/**
 * The metadata of an API, or null where its identifier is no URL and so has no place for it. The
 * well-known path goes between host and path of the identifier (RFC 9728 §3.1).
 */
export const protectedResource = (
  issuer: string,
  audience: string,
  description: ResourceDescription & { readonly dpop: DpopMode },
): ProtectedResource | null => {
  if (!URL.canParse(audience)) return null
  const { protocol, origin, pathname, search, hash } = new URL(audience)
  if ((protocol !== 'https:' && protocol !== 'http:') || hash !== '') return null
  const path = `${wellKnown}${pathname === '/' ? '' : pathname}`
  return {
    url: `${origin}${path}${search}`,
    path,
    document: {
      resource: audience,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      ...dpopMembers(description.dpop),
      ...(description.scopes && { scopes_supported: description.scopes }),
      ...(description.name !== undefined && { resource_name: description.name }),
      ...(description.documentation !== undefined && {
        resource_documentation: description.documentation,
      }),
    },
  }
}
