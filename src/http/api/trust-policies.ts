import { Hono } from 'hono'
import * as policies from '../../admin/trust-policies.ts'
import * as changes from '../../admin/trust-policy-changes.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, type Call, endpoint, type Reply } from './endpoint.ts'
import { shapeProblem } from './json-body.ts'
import { MergePatch, mergePatch } from './merge-patch.ts'
import { PolicyBody, PolicyReplacement, policyToWire, toDraft } from './policy-body.ts'

const keyOf = (param: Call<unknown>['param']) => ({ accountId: param('account'), id: param('id') })

const reply = (
  policy: Result<policies.TrustPolicy, Problem>,
  status: 200 | 201 = 200,
): Result<Reply, Problem> => {
  if (!policy.ok) return policy
  const { id, version, serviceAccountId } = policy.value
  const location = `/admin/v1/service-accounts/${serviceAccountId}/trust-policies/${id}`
  const body = policyToWire(policy.value)
  return ok({ status, body, version, ...(status === 201 && { location }) })
}

/** Server-owned members may be echoed, but only as they are. */
const refuseForeignEcho = (
  sent: Readonly<Record<string, unknown>>,
  current: policies.TrustPolicy,
): Problem | null => {
  const wire: Readonly<Record<string, unknown>> = policyToWire(current)
  const changed = ['id', 'version', 'warnings', 'created_at'].find(
    (name) => sent[name] !== undefined && JSON.stringify(sent[name]) !== JSON.stringify(wire[name]),
  )
  if (changed === undefined) return null
  return problem('unknown-field', `${changed} is set by the server`, [
    { pointer: `/${changed}`, detail: 'leave it out, or echo it unchanged' },
  ])
}

/** Reads what a policy is to become; its shape is checked against what it is now. */
const rewriteAs =
  (wantedOf: (current: policies.TrustPolicy) => unknown): changes.Rewrite =>
  (current) => {
    const parsed = PolicyReplacement.safeParse(wantedOf(current))
    if (!parsed.success) return err(shapeProblem(parsed.error))
    const { id: _i, version: _v, warnings: _w, created_at: _c, ...body } = parsed.data
    const echo = refuseForeignEcho(parsed.data, current)
    return echo ? err(echo) : ok(toDraft(body))
  }

const replace = async (call: Call<unknown>, rewrite: changes.Rewrite) => {
  const { context, actor, param, ifMatch } = call
  return reply(await changes.replace(context, actor, { ...keyOf(param), ifMatch, rewrite }))
}

/** `/admin/v1/service-accounts/{id}/trust-policies` */
export const trustPolicyRoutes = new Hono<HttpEnv>()

const collection = '/:account{sa_[0-9a-z]+}/trust-policies'
const item = `${collection}/:id{tp_[0-9a-z]+}`

trustPolicyRoutes.get(
  collection,
  endpoint(async ({ context, actor, param }) => {
    const found = await policies.list(context, actor, param('account'))
    if (!found.ok) return found
    return ok({ status: 200, body: { data: found.value.map(policyToWire), next_cursor: null } })
  }),
)

trustPolicyRoutes.post(
  collection,
  bodyEndpoint(PolicyBody, async ({ context, actor, body, param }) => {
    const wanted = { accountId: param('account'), draft: toDraft(body) }
    return reply(await policies.create(context, actor, wanted), 201)
  }),
)

trustPolicyRoutes.get(
  item,
  endpoint(async ({ context, actor, param }) =>
    reply(await policies.find(context, actor, keyOf(param))),
  ),
)

trustPolicyRoutes.put(
  item,
  bodyEndpoint(MergePatch, (call) =>
    replace(
      call,
      rewriteAs(() => call.body),
    ),
  ),
)

trustPolicyRoutes.patch(
  item,
  bodyEndpoint(MergePatch, (call) =>
    replace(
      call,
      rewriteAs((current) => {
        const { version: _v, warnings: _w, ...wire } = policyToWire(current)
        // A claim is bound or it is not: the map is replaced whole.
        return mergePatch(wire, call.body, ['bound_claims'])
      }),
    ),
  ),
)

trustPolicyRoutes.delete(
  item,
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const removed = await changes.remove(context, actor, { ...keyOf(param), ifMatch })
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
