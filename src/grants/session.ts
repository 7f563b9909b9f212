import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { clientRefused } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { Unavailable } from '../core/unavailable.ts'
import type { ProvenKey } from '../crypto/dpop.ts'
import type { Spent, SpentQuery } from '../store/exchange/account-config.ts'
import {
  type ConfigRead,
  freshConfig,
  rememberedConfig,
} from '../store/exchange/account-configs.ts'
import { spentQuery } from './attempt.ts'
import { authenticateClient } from './client-auth.ts'
import {
  type Authorization,
  evidenceOf,
  type Grant,
  type Judge,
  type Proof,
  type Refused,
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
  /** The key that the token will be bound to, if one was proven. */
  readonly key: ProvenKey | null
}

// Configurations that change between being read and being claimed against are judged again.
const maxReadings = 3

/** Whether a request carries a client credential, needed or not. */
export const sendsCredential = ({ credential }: TokenRequest): boolean => credential.kind !== 'none'

// A platform's token that stands in for a client credential is judged by the policies instead.
const mustAuthenticate = ({ grant, request }: Session): boolean =>
  grant.authenticates ? request.credential.kind !== 'federated_assertion' : sendsCredential(request)

const unproven: Proof = { credential: null, assertion: null }

const judgeSession = async (
  session: Session,
  config: AccountConfig,
): Promise<Result<{ proof: Proof; authorization: Authorization }, Refused>> => {
  const proof = mustAuthenticate(session)
    ? await authenticateClient(session.context, config, session.request.credential)
    : ok(unproven)
  if (!proof.ok) return proof
  const authorization = await session.judge(config)
  if (!authorization.ok) {
    const { denial, evidence } = authorization.error
    return err({ denial, evidence: evidence ?? evidenceOf(config, proof.value) })
  }
  return ok({ proof: proof.value, authorization: authorization.value })
}

const nothing: Spent = { token: false, assertion: false, proof: false }

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
  const { context, decisionId, request, key } = session
  const judged = await judgeSession(session, reading.config)
  // Nothing is refused from a remembered configuration: what was saved a moment ago works at once.
  const refuse = (refused: Refused): Step =>
    reading.cached ? { kind: 'read_again', ask: null } : { kind: 'done', result: err(refused) }
  if (!judged.ok) return refuse(judged.error)
  const { federated } = judged.value.authorization
  const attempt = {
    decisionId,
    grantType: request.grantType,
    ...judged.value,
    key,
    config: reading.config,
  }
  const ask = spentQuery(attempt)
  const spent = sameQuestion(ask, reading.asked) ? reading.spent : nothing
  if (spent.assertion) {
    const evidence = evidenceOf(reading.config, judged.value.proof)
    return refuse({ denial: clientRefused('assertion_reused'), evidence })
  }
  if (federated !== null && (spent.token || federated.seenAtEdge)) {
    return refuse({ denial: federated.reused(), evidence: federated })
  }
  if (spent.proof) {
    const evidence = federated ?? evidenceOf(reading.config, judged.value.proof)
    return refuse({ denial: { reason: 'invalid_dpop_proof', fault: 'proof_reused' }, evidence })
  }
  // That the ceiling is reached may be said from memory too: the database knows that all else stands.
  const result = await issue(context, attempt)
  return result === null ? { kind: 'read_again', ask } : { kind: 'done', result }
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
