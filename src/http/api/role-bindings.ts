import { Hono } from 'hono'
import * as z from 'zod'
import * as bindings from '../../admin/role-bindings.ts'
import { remove } from '../../admin/role-unbinding.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, endpoint } from './endpoint.ts'
import { id, path, toTime } from './fields.ts'

const Create = z.strictObject({
  role_id: id,
  namespace: path,
  principal: z.strictObject({ type: z.literal('service_account'), id }),
})

/** A binding as it leaves the house; of a root account a tenant sees only that it is one. */
export const bindingToWire = (
  binding: bindings.RoleBinding & Partial<Pick<bindings.BindingView, 'platform'>>,
) => ({
  id: binding.id,
  version: binding.version,
  role_id: binding.roleId,
  namespace: binding.namespacePath,
  principal: binding.platform
    ? { type: 'platform' }
    : { type: 'service_account', id: binding.serviceAccountId },
  created_at: toTime(binding.createdAt),
})

/** `/admin/v1/role-bindings` */
export const roleBindingRoutes = new Hono<HttpEnv>()

roleBindingRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await bindings.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(bindingToWire), next_cursor: nextCursor } })
  }),
)

roleBindingRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const { role_id: roleId, namespace, principal } = body
    const wanted = { roleId, namespace, serviceAccountId: principal.id }
    const made = await bindings.create(context, actor, wanted)
    if (!made.ok) return made
    const { version } = made.value
    const location = `/admin/v1/role-bindings/${made.value.id}`
    return ok({ status: 201, body: bindingToWire(made.value), location, version })
  }),
)

roleBindingRoutes.get(
  '/:id{rb_[0-9a-z]+}',
  endpoint(async ({ context, actor, param }) => {
    const found = await bindings.find(context, actor, param('id'))
    if (!found.ok) return found
    return ok({ status: 200, body: bindingToWire(found.value), version: found.value.version })
  }),
)

roleBindingRoutes.delete(
  '/:id{rb_[0-9a-z]+}',
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const removed = await remove(context, actor, { id: param('id'), ifMatch })
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
