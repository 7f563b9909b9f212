import { Hono } from 'hono'
import * as z from 'zod'
import * as revocations from '../../admin/revocations.ts'
import { maxTokenBytes } from '../../core/compact-jwt.ts'
import { ok } from '../../core/result.ts'
import { revocationKinds } from '../../core/revocation.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint } from './endpoint.ts'
import { path } from './fields.ts'

const Body = z.strictObject({
  namespace: path,
  by: z.enum(revocationKinds),
  value: z.string().min(1).max(maxTokenBytes),
})

/** `/admin/v1/revocations` */
export const revocationRoutes = new Hono<HttpEnv>()

revocationRoutes.post(
  '/',
  bodyEndpoint(Body, async ({ context, actor, body }) => {
    const revoked = await revocations.create(context, actor, body)
    if (!revoked.ok) return revoked
    const { namespace, by } = body
    return ok({ status: 200, body: { namespace, by, revoked: revoked.value } })
  }),
)
