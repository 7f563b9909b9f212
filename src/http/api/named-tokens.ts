import { Hono } from 'hono'
import * as z from 'zod'
import * as changes from '../../admin/credentials/named-token-changes.ts'
import * as tokens from '../../admin/credentials/named-tokens.ts'
import { dayMs } from '../../core/lifetime.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { hasOneLife, lifeMembers, oneLife, toLife } from './credential-body.ts'
import { bodyEndpoint, type Call, endpoint, optionalBodyEndpoint } from './endpoint.ts'
import { freeText, id, name, toTime } from './fields.ts'
import type { Reply } from './reply.ts'

const displayName = freeText.nullable()

const Create = z
  .strictObject({
    name,
    display_name: displayName.default(null),
    resource_server_id: id,
    ...lifeMembers,
  })
  .refine(hasOneLife, oneLife)

const Names = z.strictObject({ name: name.optional(), display_name: displayName.optional() })

const Regenerate = z.strictObject(lifeMembers).refine(hasOneLife, oneLife)

const longLivedDays = 90
const warningsOf = ({ createdAt, expiresAt }: tokens.NamedTokenRow): readonly string[] => {
  const days = Math.round((expiresAt - createdAt) / dayMs)
  if (days <= longLivedDays) return []
  return [
    `long_lived: it is good for ${days} days to whoever finds it; regenerate it regularly, or let the workload exchange its platform's own token`,
  ]
}

const toWire = (token: tokens.NamedTokenRow) => ({
  id: token.id,
  name: token.name,
  display_name: token.displayName,
  resource_server_id: token.resourceServerId,
  created_at: toTime(token.createdAt),
  expires_at: toTime(token.expiresAt),
  last_used_at: token.lastUsedAt === null ? null : toTime(token.lastUsedAt),
  last_used_from: token.lastUsedFrom,
  warnings: warningsOf(token),
})

const reply = (token: Result<tokens.NamedTokenRow, Problem>): Result<Reply, Problem> =>
  token.ok ? ok({ status: 200, body: toWire(token.value) }) : token

const show = (
  shown: Result<tokens.ShownToken, Problem>,
  status: 200 | 201,
): Result<Reply, Problem> => {
  if (!shown.ok) return shown
  const { clear, token } = shown.value
  const location = `/admin/v1/service-accounts/${token.serviceAccountId}/tokens/${token.id}`
  const body = { ...toWire(token), token: clear }
  return ok({ status, body, location, secret: true })
}

const keyOf = (param: Call<unknown>['param']) => ({ accountId: param('account'), id: param('id') })

/** `/admin/v1/service-accounts/{id}/tokens` */
export const namedTokenRoutes = new Hono<HttpEnv>()

const collection = '/:account{sa_[0-9a-z]+}/tokens'
const item = `${collection}/:id{tok_[0-9a-z]+}`

namedTokenRoutes.get(
  collection,
  endpoint(async ({ context, actor, param }) => {
    const found = await tokens.list(context, actor, param('account'))
    if (!found.ok) return found
    return ok({ status: 200, body: { data: found.value.map(toWire), next_cursor: null } })
  }),
)

namedTokenRoutes.post(
  collection,
  bodyEndpoint(Create, async ({ context, actor, body, param }) => {
    const wanted = {
      accountId: param('account'),
      name: body.name,
      displayName: body.display_name,
      resourceServerId: body.resource_server_id,
      life: toLife(body),
    }
    return show(await tokens.create(context, actor, wanted), 201)
  }),
)

namedTokenRoutes.get(
  item,
  endpoint(async ({ context, actor, param }) =>
    reply(await tokens.find(context, actor, keyOf(param))),
  ),
)

namedTokenRoutes.patch(
  item,
  bodyEndpoint(Names, async ({ context, actor, body, param }) => {
    const names = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.display_name !== undefined && { displayName: body.display_name }),
    }
    return reply(await changes.rename(context, actor, { ...keyOf(param), names }))
  }),
)

namedTokenRoutes.post(
  `${collection}/:id{tok_[0-9a-z]+:regenerate}`,
  optionalBodyEndpoint(Regenerate, async ({ context, actor, body, param }) => {
    const wanted = { ...keyOf(param), life: toLife(body) }
    const shown = await changes.regenerate(context, actor, wanted)
    return show(shown, 200)
  }),
)

namedTokenRoutes.delete(
  item,
  endpoint(async ({ context, actor, param }) => {
    const removed = await changes.remove(context, actor, keyOf(param))
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
