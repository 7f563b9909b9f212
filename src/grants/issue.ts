import type { Context } from '../context.ts'
import { accessClaims } from '../core/access-claims.ts'
import { rememberUntil } from '../core/lifetime.ts'
import { rootNamespaceId } from '../core/namespace.ts'
import { err, ok, type Result } from '../core/result.ts'
import { Unavailable } from '../core/unavailable.ts'
import { signAccessToken } from '../crypto/sign.ts'
import { openSigner, type Signer } from '../crypto/signing-keys.ts'
import {
  type ClaimConditions,
  claim,
  type IssueRecord,
  type OverCeiling,
} from '../store/exchange/claim.ts'
import { type Attempt, credentialOf, type Draft, draftToken, recordOf, spentBy } from './attempt.ts'
import { type Refused, refusal, type UsedCredential } from './grant.ts'
import { releaseLater } from './release.ts'

/** A token on its way to its caller; durations in seconds. */
export interface Issued {
  readonly accessToken: string
  readonly expiresIn: number
  readonly scope: string
  readonly type: 'Bearer' | 'DPoP'
  /** The credential of ours that it was issued for, if it was. */
  readonly credential: UsedCredential | null
}

// The operator's own accounts, in `/`, are not counted: whoever mends things must get in.
const ceilingOf = ({ config }: Context, tenantId: string): number | null =>
  tenantId === rootNamespaceId ? null : (config.exchangesPerMinute ?? null)

// A lost reply is not a replay: the row names this request, so asking again finds its own claim.
const claimSurely = async (
  { db }: Context,
  record: IssueRecord,
  conditions: ClaimConditions,
): Promise<boolean | OverCeiling> => {
  try {
    return await claim(db, record, conditions)
  } catch (thrown) {
    if (!(thrown instanceof Unavailable)) throw thrown
    // Not granted any more, and perhaps granted before: a claim of unknown fate has to be given back.
    if ((await claim(db, record, conditions)) === true) return true
    throw thrown
  }
}

const sign = (context: Context, signer: Signer, { attempt, draft }: Claimed): Promise<string> => {
  const { account, target, granted, federated } = attempt.authorization
  return signAccessToken(
    signer,
    accessClaims({
      issuer: context.config.issuerUrl,
      serviceAccountId: account.id,
      clientId: account.clientId,
      audience: target.identifier,
      granted,
      boundTo: attempt.key?.thumbprint ?? null,
      ...draft,
      federated: federated && {
        actor: { iss: federated.origin.issuer, sub: federated.subject },
        provenance: federated.origin.provenance,
        policy: `${federated.policy.id}@${federated.policy.version}`,
        decisionId: attempt.decisionId,
      },
    }),
  )
}

interface Claimed {
  readonly attempt: Attempt
  readonly draft: Draft
}

/**
 * The only mint. Claims the token, records the decision, and proves that the configuration still
 * stands, all in one statement; then signs. Null when the claim was not granted: the token is
 * spent, or the configuration has changed. Over the ceiling only where neither is so. A claim that
 * leads to no token is given back.
 */
export const issue = async (
  context: Context,
  attempt: Attempt,
): Promise<Result<Issued, Refused> | null> => {
  const { account, federated } = attempt.authorization
  const signer = await openSigner(attempt.config.signingKey, context.config.keyEncryptionKeys)
  const draft = draftToken(context, attempt)
  const record = recordOf(context, attempt, draft)
  try {
    const claimed = await claimSurely(context, record, {
      tenantId: account.tenantId,
      versions: attempt.config.versions,
      kid: signer.kid,
      spentBy: spentBy(federated),
      ceiling: ceilingOf(context, account.tenantId),
    })
    if (claimed === false) return null
    if (claimed !== true) return err(refusal({ reason: 'over_ceiling', ...claimed }))
    const accessToken = await sign(context, signer, { attempt, draft })
    if (federated?.edgeKey != null) {
      context.defer(context.replay.remember(federated.edgeKey, rememberUntil(federated.expiresAt)))
    }
    return ok({
      accessToken,
      expiresIn: draft.expiresAt - draft.issuedAt,
      scope: draft.scope,
      type: attempt.key === null ? 'Bearer' : 'DPoP',
      credential: credentialOf(attempt),
    })
  } catch (thrown) {
    releaseLater(context, record)
    throw thrown
  }
}
