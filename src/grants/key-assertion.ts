import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { checkAssertionClaims } from '../core/assertion-claims.ts'
import { type ClientFault, clientRefused } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { findSigningKey } from '../crypto/client-assertion.ts'
import { digest } from '../crypto/digest.ts'
import { type ClientCredential, type Proof, type Refused, refusal } from './grant.ts'

/**
 * Authenticates a client by an assertion that it signed with a registered key (RFC 7523 §2.2).
 * Nothing is spent here: that is the claim's, so that a failed request burns no `jti`.
 */
export const authenticateKey = async (
  context: Context,
  config: AccountConfig,
  { jwt }: Extract<ClientCredential, { kind: 'key_assertion' }>,
): Promise<Result<Proof, Refused>> => {
  const key = await findSigningKey(jwt, config.keys, context.nowMs)
  const { account } = config
  if (account === null) return err(refusal(clientRefused('unknown_client')))
  if (!key.ok) return err(refusal(clientRefused(key.error)))
  const { id, assertionAudience, expiresAt } = key.value
  const claims = jwt.unverifiedClaims
  // From here on the signature has verified: what is wrong is kept for the admin to read.
  const refused = (fault: ClientFault): Result<never, Refused> =>
    err({ denial: clientRefused(fault), evidence: { account, claims, traces: [], origin: null } })
  const checked = checkAssertionClaims(claims, {
    clientId: account.clientId,
    audience: assertionAudience ?? context.config.issuerUrl,
    now: nowSeconds(context),
  })
  if (!checked.ok) return refused(checked.error)
  if (account.authMethod !== null && account.authMethod !== 'private_key_jwt') {
    return refused('unregistered_method')
  }
  const { tokenId } = checked.value
  const identity = await digest('client_assertion', account.tenantId, account.id, tokenId)
  return ok({
    credential: { id, hash: null, expiresAt },
    assertion: { identity, expiresAt: checked.value.expiresAt, claims },
  })
}
