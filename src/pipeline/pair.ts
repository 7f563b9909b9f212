import { err, ok, type Result } from '../core/result.ts'
import { isPairingCode } from '../core/secret-text.ts'
import type { Failure } from './failure.ts'
import { callGateway } from './gateway-call.ts'
import type { IdTokenSource } from './id-token/source.ts'
import { type Patience, patienceOfJobs, withRetries } from './retry.ts'
import type { Surroundings } from './surroundings.ts'

/** What a job shows to whoever made a pairing code: who it is, and nothing is issued for that. */
export interface Pairing {
  /** The gateway's origin. */
  readonly url: string
  readonly code: string
}

const newCode = 'make a new code: gatehouse policy init --pair'

const badCode = (): Result<never, Failure> =>
  err({
    code: 'bad_input',
    message: 'this is no pairing code, expected 54 characters that begin with gthp_',
    next: `copy it again, or ${newCode}`,
  })

const namesOf = (claims: unknown): readonly string[] =>
  Array.isArray(claims) ? claims.filter((name) => typeof name === 'string') : []

/** Shows the gateway an identity token together with a pairing code; answers with the claims it kept. */
export const pair = async (
  { url, code }: Pairing,
  source: IdTokenSource,
  surroundings: Pick<Surroundings, 'fetch' | 'now' | 'sleep'>,
  patience: Patience = patienceOfJobs,
): Promise<Result<readonly string[], Failure>> => {
  if (!isPairingCode(code)) return badCode()
  return withRetries(
    async (withinMs): Promise<Result<readonly string[], Failure>> => {
      const token = await source.get(withinMs)
      if (!token.ok) return token
      const form = { pairing_code: code, subject_token: token.value }
      const reply = await callGateway({ url, path: '/oauth/pair', form, withinMs }, surroundings)
      if (!reply.ok) return reply
      if (reply.value.kind === 'answer') return ok(namesOf(reply.value.body.claims))
      const { error, decisionId } = reply.value.refusal
      return err({
        code: 'denied',
        message:
          'The gateway took neither the code nor the token: the code was used or has expired, the issuer is not registered where the code was made, or the token is for another audience',
        next: `see whether a job has used it: gatehouse policy init waits for that; else ${newCode}`,
        error,
        ...(decisionId !== undefined && { decisionId }),
      })
    },
    patience,
    surroundings,
  )
}
