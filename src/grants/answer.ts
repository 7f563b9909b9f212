import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import type { Denial } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { Unavailable } from '../core/unavailable.ts'
import type { SpentQuery } from '../store/account-config.ts'
import { type ConfigRead, freshConfig, rememberedConfig } from '../store/account-configs.ts'
import { authenticateClient, countFailedSecret } from './client-auth.ts'
import {
  type Authorization,
  type Grant,
  type Judge,
  type Refused,
  refusal,
  type TokenRequest,
} from './grant.ts'
import { type Issued, issue, spentQuery } from './issue.ts'
import { recordRefused } from './record.ts'
import { findGrant } from './registry.ts'

/** What the door needs to speak: a token, or a denial and the dialect of its grant. */
export type Answer = Result<
  { readonly issued: Issued; readonly grant: Grant },
  { readonly denial: Denial; readonly grant: Grant | null }
>

/** The shared phases of one request, filled in by its grant. */
interface Session {
  readonly context: Context
  readonly decisionId: string
  readonly request: TokenRequest
  readonly clientId: string
  readonly grant: Grant
  readonly judge: Judge
}

// Configurations that change between being read and being claimed against are judged again.
const maxReadings = 3

const sendsCredential = ({ credential }: TokenRequest): boolean => credential.kind !== 'none'

const judgeSession = async (
  { context, request, grant, judge }: Session,
  config: AccountConfig,
): Promise<Result<Authorization, Refused>> => {
  if (grant.authenticates || sendsCredential(request)) {
    const denial = await authenticateClient(context, config, request.credential)
    if (denial !== null) return err(refusal(denial))
  }
  return judge(config)
}

const sameQuestion = (one: SpentQuery | null, other: SpentQuery | null): boolean =>
  one !== null && JSON.stringify(one) === JSON.stringify(other)

/** One reading of the configuration, and what of the claims was asked with it. */
interface Reading extends ConfigRead {
  readonly asked: SpentQuery | null
}

type Step =
  | { readonly kind: 'done'; readonly result: Result<Issued, Refused> }
  | { readonly kind: 'read_again'; readonly ask: SpentQuery | null }

const step = async (session: Session, reading: Reading): Promise<Step> => {
  const { context, decisionId, request } = session
  const judged = await judgeSession(session, reading.config)
  // Nothing is refused from a remembered configuration: what was saved a moment ago works at once.
  const refuse = (refused: Refused): Step =>
    reading.cached ? { kind: 'read_again', ask: null } : { kind: 'done', result: err(refused) }
  if (!judged.ok) return refuse(judged.error)
  const authorization = judged.value
  const { federated } = authorization
  const { grantType } = request
  const attempt = { decisionId, grantType, authorization, config: reading.config }
  const ask = spentQuery(attempt)
  const spent = reading.spent && sameQuestion(ask, reading.asked)
  if (federated !== null && (spent || federated.seenAtEdge)) {
    return refuse({ denial: federated.reused(), evidence: federated })
  }
  const issued = await issue(context, attempt)
  return issued === null ? { kind: 'read_again', ask } : { kind: 'done', result: ok(issued) }
}

/** Reads, judges, claims; again when the configuration has changed under it. */
const run = async (session: Session): Promise<Result<Issued, Refused>> => {
  const { context, clientId } = session
  const remembered = rememberedConfig(clientId)
  let next: Step = { kind: 'read_again', ask: null }
  if (remembered !== undefined) next = await step(session, { ...remembered, asked: null })
  for (let readings = 0; next.kind === 'read_again' && readings < maxReadings; readings++) {
    const asked: SpentQuery | null = next.ask
    next = await step(session, { ...(await freshConfig(context.db, clientId, asked)), asked })
  }
  if (next.kind === 'done') return next.result
  throw new Unavailable('configuration_race', 'the configuration keeps changing', 1)
}

const begin = (
  context: Context,
  request: TokenRequest,
  decisionId: string,
): Result<Session, { denial: Denial; grant: Grant | null }> => {
  const grant = findGrant(request.grantType)
  if (grant === undefined) return err({ denial: { reason: 'unsupported_grant_type' }, grant: null })
  const { clientId } = request
  if (clientId === null) {
    const denial: Denial = grant.authenticates
      ? { reason: 'client_refused', fault: 'no_credential' }
      : { reason: 'invalid_request', fault: 'missing_client_id' }
    return err({ denial, grant })
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
  const session = begun.value
  const outcome = await run(session)
  if (outcome.ok) return ok({ issued: outcome.value, grant: session.grant })
  return err({ denial: await sayNo(session, outcome.error), grant: session.grant })
}
