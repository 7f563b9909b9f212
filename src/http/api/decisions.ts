import { Hono } from 'hono'
import * as decisions from '../../admin/decisions.ts'
import type { Decision } from '../../core/decision.ts'
import { member } from '../../core/json.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { endpoint } from './endpoint.ts'
import { toTime } from './fields.ts'

/** A decision as it is answered (semantics, section 8). */
export const decisionToWire = (decision: Decision) => {
  const claim = (name: string) => (decision.claims && member(decision.claims, name)) ?? null
  return {
    id: decision.id,
    at: toTime(decision.at),
    outcome: decision.outcome,
    reason: decision.reason,
    grant_type: decision.grantType,
    service_account_id: decision.serviceAccountId,
    client_id: decision.clientId,
    namespace: decision.namespacePath,
    issuer: claim('iss'),
    subject: claim('sub'),
    jti: claim('jti'),
    claims: decision.claims,
    audience: decision.audience,
    scope: decision.scope,
    token_jti: decision.tokenJti,
    token_expires_at:
      decision.tokenExpiresAt === null ? null : toTime(decision.tokenExpiresAt * 1000),
    policy: decision.policy,
    policies: decision.policies,
    omitted_before: decision.omitted,
  }
}

/** `/admin/v1/decisions` */
export const decisionRoutes = new Hono<HttpEnv>()

decisionRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await decisions.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(decisionToWire), next_cursor: nextCursor } })
  }),
)

decisionRoutes.get(
  '/:id{dec_[0-9a-z]+}',
  endpoint(async ({ context, actor, param }) => {
    const found = await decisions.find(context, actor, param('id'))
    return found.ok ? ok({ status: 200, body: decisionToWire(found.value) }) : found
  }),
)
