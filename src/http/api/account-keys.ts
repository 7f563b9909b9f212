import { Hono } from 'hono'
import * as keys from '../../admin/credentials/keys.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, type Call, endpoint } from './endpoint.ts'
import { KeyBody, keyToWire, toKeyDraft } from './key-body.ts'

const keyOf = (param: Call<unknown>['param']) => ({ accountId: param('account'), id: param('id') })

/** `/admin/v1/service-accounts/{id}/keys` */
export const accountKeyRoutes = new Hono<HttpEnv>()

const collection = '/:account{sa_[0-9a-z]+}/keys'
const item = `${collection}/:id{key_[0-9a-z]+}`

accountKeyRoutes.get(
  collection,
  endpoint(async ({ context, actor, param }) => {
    const found = await keys.list(context, actor, param('account'))
    if (!found.ok) return found
    return ok({ status: 200, body: { data: found.value.map(keyToWire), next_cursor: null } })
  }),
)

accountKeyRoutes.post(
  collection,
  bodyEndpoint(KeyBody, async ({ context, actor, body, param }) => {
    const accountId = param('account')
    const made = await keys.create(context, actor, { accountId, draft: toKeyDraft(body) })
    if (!made.ok) return made
    const location = `/admin/v1/service-accounts/${accountId}/keys/${made.value.id}`
    return ok({ status: 201, body: keyToWire(made.value), location })
  }),
)

accountKeyRoutes.get(
  item,
  endpoint(async ({ context, actor, param }) => {
    const found = await keys.find(context, actor, keyOf(param))
    return found.ok ? ok({ status: 200, body: keyToWire(found.value) }) : found
  }),
)

accountKeyRoutes.delete(
  item,
  endpoint(async ({ context, actor, param }) => {
    const removed = await keys.remove(context, actor, keyOf(param))
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
