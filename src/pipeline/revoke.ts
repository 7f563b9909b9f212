import { err, ok, type Result } from '../core/result.ts'
import { unverifiedClaims } from './credential.ts'
import type { Failure } from './failure.ts'
import { callGateway } from './gateway-call.ts'
import { type Patience, withRetries } from './retry.ts'
import type { Surroundings } from './surroundings.ts'

/** Nobody waits long for the end of a job. */
export const patienceOfEndings: Patience = { timeoutSeconds: 9, attempts: 3 }

/**
 * Ends a token (RFC 7009): whoever holds it may. An expired or unknown one is no failure. The client
 * that it was issued to stands in the token; of an opaque one it has to be said.
 */
export const revoke = async (
  { url, token, clientId }: { readonly url: string; readonly token: string; clientId?: string },
  surroundings: Pick<Surroundings, 'fetch' | 'now' | 'sleep'>,
  patience: Patience = patienceOfEndings,
): Promise<Result<null, Failure>> => {
  const client = clientId ?? unverifiedClaims(token)?.client_id
  if (typeof client !== 'string') {
    return err({
      code: 'bad_input',
      message: 'the token does not say which client it was issued to',
      next: 'give the token as it was issued, or name its client id',
    })
  }
  const form = { token, client_id: client }
  return withRetries(
    async (withinMs): Promise<Result<null, Failure>> => {
      const reply = await callGateway({ url, path: '/oauth/revoke', form, withinMs }, surroundings)
      if (!reply.ok) return reply
      if (reply.value.kind === 'answer') return ok(null)
      const { error, description } = reply.value.refusal
      return err({
        code: 'refused',
        message: `The gateway did not revoke the token: ${error} (${description})`,
        next: 'it ends by itself when it expires',
        error,
      })
    },
    patience,
    surroundings,
  )
}
