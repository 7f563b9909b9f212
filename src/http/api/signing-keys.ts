import { Hono } from 'hono'
import * as z from 'zod'
import * as keys from '../../admin/signing-keys.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { endpoint, optionalBodyEndpoint } from './endpoint.ts'
import { toTime } from './fields.ts'

const Rotate = z.strictObject({ algorithm: z.enum(keys.signingAlgorithms).optional() })

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : toTime(ms))

const toWire = (key: keys.SigningKey) => ({
  kid: key.kid,
  algorithm: key.algorithm,
  state: key.state,
  created_at: toTime(key.createdAt),
  activated_at: timeOrNull(key.activatedAt),
  retired_at: timeOrNull(key.retiredAt),
})

/** `/admin/v1/signing-keys` */
export const signingKeyRoutes = new Hono<HttpEnv>()

signingKeyRoutes.get(
  '/signing-keys',
  endpoint(async ({ context, actor }) => {
    const found = await keys.list(context, actor)
    if (!found.ok) return found
    return ok({ status: 200, body: { data: found.value.map(toWire), next_cursor: null } })
  }),
)

signingKeyRoutes.post(
  '/:verb{signing-keys:rotate}',
  optionalBodyEndpoint(Rotate, async ({ context, actor, body }) => {
    const key = await keys.rotate(context, actor, body.algorithm)
    return key.ok ? ok({ status: 200, body: toWire(key.value) }) : key
  }),
)

signingKeyRoutes.post(
  '/signing-keys/:kid{[A-Za-z0-9_-]+:revoke}',
  endpoint(async ({ context, actor, param }) => {
    const kid = param('kid')
    const active = await keys.revoke(context, actor, kid)
    if (!active.ok) return active
    const body = { kid, state: 'revoked', active: active.value && toWire(active.value) }
    return ok({ status: 200, body })
  }),
)
