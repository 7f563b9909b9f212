import { maxTokenBytes } from '../core/compact-jwt.ts'
import type { Presented } from './presented.ts'
import { Refused } from './refused.ts'

/** The token of a request, and by which scheme it came. */
export interface Credential {
  readonly scheme: 'bearer' | 'dpop'
  readonly token: string
}

// One class after one class and nothing to backtrack into: linear.
const written = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i

const isScheme = (text: string): text is Credential['scheme'] =>
  text === 'bearer' || text === 'dpop'

/**
 * The one token that a request presents in `Authorization`. Never from the query, a body or a cookie.
 * Two are one too many: another reader might take the other (AC-268).
 */
export const credentialOf = ({ authorization }: Presented): Credential => {
  const [only, ...more] = authorization
  if (only === undefined) throw new Refused('no_token')
  if (more.length > 0) throw new Refused('several_tokens')
  const scheme = only.slice(0, only.indexOf(' ')).toLowerCase()
  if (!isScheme(scheme)) throw new Refused('no_token')
  // A repeated header that a platform has joined is two tokens with a comma between.
  if (only.includes(',')) throw new Refused('several_tokens')
  if (only.length > maxTokenBytes + 16) throw new Refused('malformed_token')
  const token = written.exec(only)?.[2]
  if (token === undefined) throw new Refused('malformed_token')
  return { scheme, token }
}
