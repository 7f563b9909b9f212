import type { Context } from '../context.ts'
import { clientRefused, type Denial } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { judgeOutsideToken } from './federation.ts'
import type { Judge, TokenRequest } from './grant.ts'

// The same judgement in the words of a client that failed to authenticate.
const asClient = (denial: Denial): Denial =>
  denial.reason === 'subject_token_refused' ? clientRefused(denial.fault, denial.earned) : denial

/**
 * Judges a platform's own token that stands in for a client credential (RFC 7521 §4.2): by the
 * account's trust policies, like every outside token.
 */
export const judgeFederatedClient = (
  context: Context,
  request: TokenRequest,
  token: string,
): Result<Judge, Denial> => {
  const judge = judgeOutsideToken(context, { request, token, grantType: 'client_credentials' })
  if (!judge.ok) return err(asClient(judge.error))
  return ok(async (config) => {
    const judged = await judge.value(config)
    if (!judged.ok) return err({ ...judged.error, denial: asClient(judged.error.denial) })
    const { federated } = judged.value
    if (federated === null) return judged
    const reused = () => asClient(federated.reused())
    return ok({ ...judged.value, federated: { ...federated, reused } })
  })
}
