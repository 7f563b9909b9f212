import { Hono } from 'hono'
import * as z from 'zod'
import type { ShownSecret } from '../../admin/credentials/new-secret.ts'
import { reset } from '../../admin/credentials/secret-reset.ts'
import * as secrets from '../../admin/credentials/secrets.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { hasOneLife, lifeMembers, oneLife, toLife } from './credential-body.ts'
import { type Call, endpoint, optionalBodyEndpoint, type Reply } from './endpoint.ts'
import { toTime } from './fields.ts'
import { secretCsv, shownSecret } from './secret-wire.ts'

const maxGraceSeconds = 604_800

const Create = z.strictObject(lifeMembers).refine(hasOneLife, oneLife)

const Reset = z
  .strictObject({
    ...lifeMembers,
    grace_seconds: z.number().int().min(1).max(maxGraceSeconds).optional(),
    rotate_client_id: z.boolean().default(false),
  })
  .refine(hasOneLife, oneLife)

const secretToWire = (secret: secrets.SecretRow) => ({
  id: secret.id,
  created_at: toTime(secret.createdAt),
  expires_at: toTime(secret.expiresAt),
  last_used_at: secret.lastUsedAt === null ? null : toTime(secret.lastUsedAt),
  last_used_from: secret.lastUsedFrom,
})

const show = (made: Result<ShownSecret, Problem>): Result<Reply, Problem> => {
  if (!made.ok) return made
  const { accountId, row } = made.value
  return ok({
    status: 201,
    body: {
      id: row.id,
      ...shownSecret(made.value),
      created_at: toTime(row.createdAt),
      expires_at: toTime(row.expiresAt),
    },
    csv: secretCsv(made.value),
    location: `/admin/v1/service-accounts/${accountId}/secrets/${row.id}`,
    secret: true,
  })
}

const keyOf = (param: Call<unknown>['param']) => ({ accountId: param('account'), id: param('id') })

/** `/admin/v1/service-accounts/{id}/secrets` */
export const secretRoutes = new Hono<HttpEnv>()

const account = '/:account{sa_[0-9a-z]+}'
const item = `${account}/secrets/:id{sec_[0-9a-z]+}`

secretRoutes.get(
  `${account}/secrets`,
  endpoint(async ({ context, actor, param }) => {
    const found = await secrets.list(context, actor, param('account'))
    if (!found.ok) return found
    return ok({ status: 200, body: { data: found.value.map(secretToWire), next_cursor: null } })
  }),
)

secretRoutes.post(
  `${account}/secrets`,
  optionalBodyEndpoint(Create, async ({ context, actor, body, param }) =>
    show(await secrets.create(context, actor, { accountId: param('account'), life: toLife(body) })),
  ),
)

// The router takes a colon for the start of a parameter, so the verb is one.
secretRoutes.post(
  `${account}/:verb{secrets:reset}`,
  optionalBodyEndpoint(Reset, async ({ context, actor, body, param }) =>
    show(
      await reset(context, actor, {
        accountId: param('account'),
        life: toLife(body),
        graceSeconds: body.grace_seconds ?? null,
        rotateClientId: body.rotate_client_id,
      }),
    ),
  ),
)

secretRoutes.get(
  item,
  endpoint(async ({ context, actor, param }) => {
    const found = await secrets.find(context, actor, keyOf(param))
    return found.ok ? ok({ status: 200, body: secretToWire(found.value) }) : found
  }),
)

secretRoutes.delete(
  item,
  endpoint(async ({ context, actor, param }) => {
    const removed = await secrets.remove(context, actor, keyOf(param))
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
