import { type Context, nowSeconds } from '../context.ts'
import { accessClaims } from '../core/access-claims.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { rememberUntil, tokenSeconds } from '../core/lifetime.ts'
import { Unavailable } from '../core/unavailable.ts'
import { signAccessToken } from '../crypto/sign.ts'
import { openSigner, type Signer } from '../crypto/signing-keys.ts'
import type { SpentQuery } from '../store/account-config.ts'
import { claim, type IssueRecord } from '../store/claim.ts'
import type { Authorization, Federated } from './grant.ts'
import { releaseLater } from './release.ts'

/** A token on its way to its caller; durations in seconds. */
export interface Issued {
  readonly accessToken: string
  readonly expiresIn: number
  readonly scope: string
}

/** One attempt to issue: what was decided, from which configuration, under which decision id. */
export interface Attempt {
  readonly decisionId: string
  readonly grantType: string
  readonly authorization: Authorization
  readonly config: AccountConfig
}

const slotOf = ({ authorization, decisionId }: Attempt): string | null => {
  const { federated, account, target } = authorization
  if (federated === null) return null
  if (federated.replay === 'single_use') return ''
  return federated.replay === 'reusable' ? decisionId : `${account.id} ${target.id}`
}

/** What to ask of the claims when one was lost: under the mode that was in force. */
export const spentQuery = ({ authorization, decisionId }: Attempt): SpentQuery | null => {
  const { federated, account, target } = authorization
  if (federated === null || federated.replay === 'reusable') return null
  const { tokenIdentity, replay } = federated
  return {
    tokenIdentity,
    decisionId,
    target:
      replay === 'single_use'
        ? null
        : { serviceAccountId: account.id, resourceServerId: target.id },
  }
}

const spentBy = (federated: Federated | null) => {
  if (federated === null || federated.replay === 'reusable') return null
  return federated.replay === 'single_use' ? 'any_issue' : 'same_target'
}

interface Draft {
  readonly jti: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly scope: string
}

const draftToken = (context: Context, { authorization }: Attempt): Draft => {
  const { target, account, federated, granted } = authorization
  const ceilings = [account.maxTokenTtlSeconds, federated?.policy.maxTokenTtlSeconds ?? null]
  const issuedAt = nowSeconds(context)
  return {
    jti: crypto.randomUUID(),
    issuedAt,
    expiresAt: issuedAt + tokenSeconds(target.tokenTtlSeconds, ...ceilings),
    scope: [...granted.keys()].join(' '),
  }
}

const recordOf = (context: Context, attempt: Attempt, draft: Draft): IssueRecord => {
  const { account, target, federated } = attempt.authorization
  return {
    id: attempt.decisionId,
    at: context.nowMs,
    grantType: attempt.grantType,
    serviceAccountId: account.id,
    clientId: account.clientId,
    namespaceId: account.namespaceId,
    resourceServerId: target.id,
    audience: target.identifier,
    scope: draft.scope,
    tokenJti: draft.jti,
    tokenExpiresAt: draft.expiresAt,
    policyId: federated?.policy.id ?? null,
    policyVersion: federated?.policy.version ?? null,
    claims: federated && JSON.stringify(federated.claims),
    policies: federated && JSON.stringify(federated.traces),
    tokenIdentity: federated?.tokenIdentity ?? null,
    slot: slotOf(attempt),
    rememberUntil: federated && rememberUntil(federated.expiresAt),
  }
}

// A lost reply is not a replay: the row names this request, so asking again finds its own claim.
const claimOnce = async (
  context: Context,
  record: IssueRecord,
  conditions: Parameters<typeof claim>[2],
): Promise<boolean> => {
  try {
    return await claim(context.db, record, conditions)
  } catch (thrown) {
    if (!(thrown instanceof Unavailable)) throw thrown
    return claim(context.db, record, conditions)
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
      ...draft,
      federated: federated && {
        actor: { iss: federated.issuer, sub: federated.subject },
        provenance: federated.provenance,
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
 * spent, or the configuration has changed. A claim that leads to no token is given back.
 */
export const issue = async (context: Context, attempt: Attempt): Promise<Issued | null> => {
  const { account, federated } = attempt.authorization
  const signer = await openSigner(attempt.config.signingKey, context.config.keyEncryptionKeys)
  const draft = draftToken(context, attempt)
  const record = recordOf(context, attempt, draft)
  try {
    const claimed = await claimOnce(context, record, {
      tenantId: account.tenantId,
      versions: attempt.config.versions,
      kid: signer.kid,
      spentBy: spentBy(federated),
    })
    if (!claimed) return null
    const accessToken = await sign(context, signer, { attempt, draft })
    if (federated?.edgeKey != null) {
      context.defer(context.replay.remember(federated.edgeKey, rememberUntil(federated.expiresAt)))
    }
    return { accessToken, expiresIn: draft.expiresAt - draft.issuedAt, scope: draft.scope }
  } catch (thrown) {
    releaseLater(context, attempt.decisionId)
    throw thrown
  }
}
