import type { Context } from '../context.ts'
import { clientRefused, type Denial } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { countFailedSecret } from './client-auth.ts'
import { type Grant, type Judge, type Refused, refusal, type TokenRequest } from './grant.ts'
import type { Issued } from './issue.ts'
import { noteUsed } from './last-use.ts'
import { proveKey } from './possession.ts'
import { recordRefused } from './record.ts'
import { findGrant } from './registry.ts'
import { runSession, type Session, sendsCredential } from './session.ts'

/** What the door needs to speak: a token, or a denial and the dialect of its grant. */
export type Answer = Result<
  { readonly issued: Issued; readonly grant: Grant },
  { readonly denial: Denial; readonly grant: Grant | null }
>

// A credential that is sent and names nobody is a client that failed to authenticate.
const unnamed = (grant: Grant, request: TokenRequest): Denial => {
  if (sendsCredential(request)) return clientRefused('unnamed_client')
  if (grant.authenticates) return clientRefused('no_credential')
  return { reason: 'invalid_request', fault: 'missing_client_id' }
}

const begin = (
  context: Context,
  request: TokenRequest,
  decisionId: string,
): Result<Omit<Session, 'key'>, { denial: Denial; grant: Grant | null }> => {
  const grant = findGrant(request.grantType)
  if (grant === undefined) return err({ denial: { reason: 'unsupported_grant_type' }, grant: null })
  const { clientId } = request
  if (clientId === null) {
    return err({ denial: unnamed(grant, request), grant })
  }
  const prepared = grant.prepare(context, request)
  if (prepared.ok) {
    return ok({ context, decisionId, request, clientId, grant, judge: prepared.value })
  }
  // A client credential that is sent is verified before its token is judged, malformed or not.
  if (prepared.error.reason !== 'subject_token_refused' || !sendsCredential(request)) {
    return err({ denial: prepared.error, grant })
  }
  const judge: Judge = async () => err(refusal(prepared.error))
  return ok({ context, decisionId, request, clientId, grant, judge })
}

const sayNo = async (
  session: Pick<Session, 'context' | 'decisionId' | 'request'>,
  refused: Refused,
): Promise<Denial> => {
  const { context, decisionId, request } = session
  const { denial } = refused
  await recordRefused(context, {
    decisionId,
    grantType: request.grantType,
    clientId: request.clientId,
    refused,
  })
  const guessed = denial.reason === 'client_refused' && request.credential.kind === 'secret'
  return guessed ? countFailedSecret(context, request.clientId ?? '', denial) : denial
}

/** Answers a token request: finds its grant, judges, issues, records. */
export const answer = async (
  context: Context,
  request: TokenRequest,
  decisionId: string,
): Promise<Answer> => {
  const begun = begin(context, request, decisionId)
  if (!begun.ok) {
    const { denial, grant } = begun.error
    return err({ denial: await sayNo({ context, decisionId, request }, refusal(denial)), grant })
  }
  const key = await proveKey(context, request)
  if (!key.ok) {
    const denial = await sayNo({ context, decisionId, request }, refusal(key.error))
    return err({ denial, grant: begun.value.grant })
  }
  const session = { ...begun.value, key: key.value }
  const outcome = await runSession(session)
  if (outcome.ok) {
    noteUsed(context, outcome.value.credential)
    return ok({ issued: outcome.value, grant: session.grant })
  }
  return err({ denial: await sayNo(session, outcome.error), grant: session.grant })
}
