import type { Context } from '../context.ts'
import { type Problem, problem } from '../core/problem.ts'
import { isTargetIdentifier } from '../core/target-identifier.ts'

// Tokens for these names are ours to judge: nobody else may be their audience.
const isReserved = (identifier: string, { config }: Context): boolean =>
  identifier.startsWith('urn:gatehouse:') || URL.parse(identifier)?.origin === config.issuerUrl

/** Whether a text can name a new resource server: null, or the problem. */
export const refuseIdentifier = (identifier: string, context: Context): Problem | null => {
  const refuse = (detail: string) =>
    problem('validation-failed', 'the identifier cannot be used', [
      { pointer: '/identifier', detail },
    ])
  if (!isTargetIdentifier(identifier)) {
    return refuse('expected an absolute https: URI with a lower-case host, or a urn:')
  }
  return isReserved(identifier, context) ? refuse('reserved for the gateway itself') : null
}
