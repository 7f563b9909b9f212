import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { rememberUntil, tokenSeconds } from '../core/lifetime.ts'
import type { ProvenKey } from '../crypto/dpop.ts'
import type { SpentQuery } from '../store/exchange/account-config.ts'
import type { IssueRecord } from '../store/exchange/claim.ts'
import type { Authorization, Federated, Proof, UsedCredential } from './grant.ts'

/** One attempt to issue: what was decided, from which configuration, under which decision id. */
export interface Attempt {
  readonly decisionId: string
  readonly grantType: string
  readonly authorization: Authorization
  readonly proof: Proof
  /** The key that the token is bound to; null: whoever has it may use it. */
  readonly key: ProvenKey | null
  readonly config: AccountConfig
}

const slotOf = ({ authorization, decisionId }: Attempt): string | null => {
  const { federated, account, target } = authorization
  if (federated === null) return null
  if (federated.replay === 'single_use') return ''
  return federated.replay === 'reusable' ? decisionId : `${account.id} ${target.id}`
}

/** What to ask of the claims when one was lost: under the mode that was in force. */
export const spentQuery = ({
  authorization,
  proof,
  key,
  decisionId,
}: Attempt): SpentQuery | null => {
  const { federated, account, target } = authorization
  const counts = federated !== null && federated.replay !== 'reusable'
  const assertionIdentity = proof.assertion?.identity ?? null
  const proofIdentity = key?.proofIdentity ?? null
  if (!counts && assertionIdentity === null && proofIdentity === null) return null
  return {
    tokenIdentity: counts ? federated.tokenIdentity : null,
    assertionIdentity,
    proofIdentity,
    decisionId,
    target:
      federated?.replay === 'single_use_per_audience'
        ? { serviceAccountId: account.id, resourceServerId: target.id }
        : null,
  }
}

/** What counts as spent in the claim itself. */
export const spentBy = (federated: Federated | null) => {
  if (federated === null || federated.replay === 'reusable') return null
  return federated.replay === 'single_use' ? 'any_issue' : 'same_target'
}

/** An access token before it is signed; times in epoch seconds. */
export interface Draft {
  readonly jti: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly scope: string
}

/** Decides id, times and scope of the token. */
export const draftToken = (context: Context, { authorization }: Attempt): Draft => {
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

/**
 * The credential of ours that this is issued for, if it is. What is exchanged comes before what only
 * says who is asking: ending a named token ends what came of it, whoever authenticated beside it.
 */
export const credentialOf = ({ authorization, proof }: Attempt): UsedCredential | null =>
  authorization.namedToken ?? proof.credential

const rememberedUntil = ({ authorization, proof, key }: Attempt): number | null => {
  const expiries = [authorization.federated?.expiresAt, proof.assertion?.expiresAt, key?.expiresAt]
  const known = expiries.filter((expiry) => expiry !== undefined)
  return known.length === 0 ? null : rememberUntil(Math.max(...known))
}

/** The decision to issue, as the claim will keep it. */
export const recordOf = (context: Context, attempt: Attempt, draft: Draft): IssueRecord => {
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
    credentialId: credentialOf(attempt)?.id ?? null,
    assertionIdentity: attempt.proof.assertion?.identity ?? null,
    proofIdentity: attempt.key?.proofIdentity ?? null,
    issuer: federated?.origin.issuer ?? null,
    provenance: federated && JSON.stringify(federated.origin.provenance),
    tokenIdentity: federated?.tokenIdentity ?? null,
    slot: slotOf(attempt),
    rememberUntil: rememberedUntil(attempt),
  }
}
