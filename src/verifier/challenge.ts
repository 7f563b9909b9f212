import type { ProtectedResource } from './protected-resource.ts'
import type { Refused } from './refused.ts'

// All that is quoted is text of ours, checked when the verifier was made: nothing to escape.
const quoted = ([name, value]: readonly [string, string]): string => `${name}="${value}"`

const bearerChallenge = (refused: Refused, metadata: ProtectedResource | null): string => {
  const { error, message, scopes } = refused
  const parameters: [string, string][] = []
  // RFC 6750 §3.1: who presented nothing is not told what was wrong with it.
  if (error !== null) parameters.push(['error', error], ['error_description', message])
  if (scopes.length > 0) parameters.push(['scope', scopes.join(' ')])
  if (metadata !== null) parameters.push(['resource_metadata', metadata.url])
  return ['Bearer', parameters.map(quoted).join(', ')].join(' ').trim()
}

/** The value of `WWW-Authenticate`: one challenge per scheme that the API takes. */
export const challengesOf = (refused: Refused, metadata: ProtectedResource | null): string =>
  bearerChallenge(refused, metadata)
