import { Hono } from 'hono'
import * as policies from '../../admin/trust-policies.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, type Call, endpoint, type Reply, refuseWithoutMatch } from './endpoint.ts'
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

const replace = async (
  call: Call<unknown>,
  current: policies.TrustPolicy,
  wanted: unknown,
): Promise<Result<Reply, Problem>> => {
  const parsed = PolicyReplacement.safeParse(wanted)
  if (!parsed.success) return err(shapeProblem(parsed.error))
  const echo = refuseForeignEcho(parsed.data, current)
  if (echo) return err(echo)
  const { id: _i, version: _v, warnings: _w, created_at: _c, ...body } = parsed.data
  return reply(
    await policies.replace(call.context, call.actor, {
      ...keyOf(call.param),
      version: call.ifMatch ?? 0,
      draft: toDraft(body),
    }),
  )
}

const current = async (call: Call<unknown>): Promise<Result<policies.TrustPolicy, Problem>> => {
  const missing = refuseWithoutMatch(call.ifMatch)
  const found = await policies.find(call.context, call.actor, keyOf(call.param))
  if (!found.ok) return found
  return missing ? err(missing) : found
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
  bodyEndpoint(MergePatch, async (call) => {
    const found = await current(call)
    return found.ok ? replace(call, found.value, call.body) : found
  }),
)

trustPolicyRoutes.patch(
  item,
  bodyEndpoint(MergePatch, async (call) => {
    const found = await current(call)
    if (!found.ok) return found
    const { version: _v, warnings: _w, ...wire } = policyToWire(found.value)
    // A claim is bound or not: `null` would not mean "unbind", so the map is replaced whole.
    const merged = mergePatch(wire, call.body, ['bound_claims'])
    return replace(call, found.value, merged)
  }),
)

trustPolicyRoutes.delete(
  item,
  endpoint(async (call) => {
    const found = await current(call)
    if (!found.ok) return found
    const key = { ...keyOf(call.param), version: call.ifMatch ?? 0 }
    const removed = await policies.remove(call.context, call.actor, key)
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
