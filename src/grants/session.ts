import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { err, ok, type Result } from '../core/result.ts'
import { Unavailable } from '../core/unavailable.ts'
import type { SpentQuery } from '../store/account-config.ts'
import { type ConfigRead, freshConfig, rememberedConfig } from '../store/account-configs.ts'
import { spentQuery } from './attempt.ts'
import { authenticateClient } from './client-auth.ts'
import {
  type Authorization,
  type Grant,
  type Judge,
  type Refused,
  refusal,
  type TokenRequest,
} from './grant.ts'
import { type Issued, issue } from './issue.ts'

/** The shared phases of one request, filled in by its grant. */
export interface Session {
  readonly context: Context
  readonly decisionId: string
  readonly request: TokenRequest
  readonly clientId: string
  readonly grant: Grant
  readonly judge: Judge
}

// Configurations that change between being read and being claimed against are judged again.
const maxReadings = 3

/** Whether a request carries a client credential, needed or not. */
export const sendsCredential = ({ credential }: TokenRequest): boolean => credential.kind !== 'none'

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

const keysMissing = (thrown: unknown): boolean =>
  thrown instanceof Unavailable && thrown.dependency !== 'database'

// A remembered configuration may name an issuer, or a signing key, as it was before somebody mended
// it: then that its keys are out of reach says nothing yet.
const tryRemembered = async (session: Session, remembered: ConfigRead): Promise<Step> => {
  try {
    return await step(session, { ...remembered, asked: null })
  } catch (thrown) {
    if (keysMissing(thrown)) return { kind: 'read_again', ask: null }
    throw thrown
  }
}

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
export const runSession = async (session: Session): Promise<Result<Issued, Refused>> => {
  const { context, clientId } = session
  const remembered = rememberedConfig(clientId)
  let next: Step = { kind: 'read_again', ask: null }
  if (remembered !== undefined) next = await tryRemembered(session, remembered)
  for (let readings = 0; next.kind === 'read_again' && readings < maxReadings; readings++) {
    const asked: SpentQuery | null = next.ask
    next = await step(session, { ...(await freshConfig(context.db, clientId, asked)), asked })
  }
  if (next.kind === 'done') return next.result
  throw new Unavailable('configuration_race', 'the configuration keeps changing', 1)
}
