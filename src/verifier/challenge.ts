import { proofAlgorithms } from '../core/dpop.ts'
import type { ProtectedResource } from './protected-resource.ts'
import type { Refused } from './refused.ts'

/** How a token may be presented. */
export type Scheme = 'Bearer' | 'DPoP'

/** What a challenge needs to know of the API that makes it: a `Verifier` has it. */
export interface Challenging {
  readonly metadata: ProtectedResource | null
  /** Those that the API takes. */
  readonly schemes: readonly Scheme[]
}

// All that is quoted is text of ours, checked when the verifier was made: nothing to escape.
const quoted = ([name, value]: readonly [string, string]): string => `${name}="${value}"`

const challengeOf = (scheme: Scheme, refused: Refused, metadata: ProtectedResource | null) => {
  const { error, message, scopes } = refused
  const parameters: [string, string][] = []
  if (scheme === 'DPoP') parameters.push(['algs', proofAlgorithms.join(' ')])
  // RFC 6750 §3.1: who presented nothing is not told what was wrong with it.
  if (error !== null && (scheme === 'DPoP' || error !== 'invalid_dpop_proof')) {
    parameters.push(['error', error], ['error_description', message])
  }
  if (scopes.length > 0) parameters.push(['scope', scopes.join(' ')])
  if (metadata !== null) parameters.push(['resource_metadata', metadata.url])
  return [scheme, parameters.map(quoted).join(', ')].join(' ').trim()
}

/** The value of `WWW-Authenticate`: one challenge per scheme that the API takes. */
export const challengesOf = (refused: Refused, { metadata, schemes }: Challenging): string =>
  schemes.map((scheme) => challengeOf(scheme, refused, metadata)).join(', ')
