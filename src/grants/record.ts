import type { Context } from '../context.ts'
import { type Denial, denialWord } from '../core/denial.ts'
import { recordRefusal } from '../store/exchange/decisions.ts'
import type { Refused } from './grant.ts'
import { findGrant } from './registry.ts'

/** A refusal and the names under which it is kept. */
export interface RefusedRequest {
  readonly decisionId: string
  readonly grantType: string
  readonly clientId: string | null
  readonly refused: Refused
}

// A caller may send a secret where a name belongs (AC-397): only what has the shape of an id of
// ours is written down.
const loggable = (clientId: string | null): string | null =>
  clientId === null || /^cli_[0-9a-z]{26}$/.test(clientId) ? clientId : 'not an id of ours'

const isTold = (denial: Denial): boolean => 'earned' in denial && denial.earned !== null

const store = async (context: Context, { decisionId, grantType, refused }: RefusedRequest) => {
  const { evidence, denial } = refused
  if (evidence === null) return
  await recordRefusal(context.db, {
    id: decisionId,
    at: context.nowMs,
    reason: denialWord(denial),
    grantType,
    serviceAccountId: evidence.account.id,
    clientId: evidence.account.clientId,
    namespaceId: evidence.account.namespaceId,
    tenantId: evidence.account.tenantId,
    claims: JSON.stringify(evidence.claims),
    policies: JSON.stringify(evidence.traces),
    issuer: evidence.origin?.issuer ?? null,
    provenance: evidence.origin && JSON.stringify(evidence.origin.provenance),
    told: isTold(denial),
  })
}

/**
 * Keeps a refusal: one log line always; a stored decision where the signature had verified. One
 * that told its caller a reason is stored before the answer leaves, others after it.
 */
export const recordRefused = async (context: Context, request: RefusedRequest): Promise<void> => {
  const { denial, evidence } = request.refused
  context.log({
    event: 'token_refused',
    decision_id: request.decisionId,
    reason: denialWord(denial),
    grant_type: findGrant(request.grantType)?.type ?? 'unknown',
    client_id: loggable(request.clientId),
    service_account_id: evidence?.account.id,
  })
  if (isTold(denial)) return store(context, request)
  if (evidence !== null) context.defer(store(context, request))
}
