import { Hono } from 'hono'
import * as creation from '../../admin/account-creation.ts'
import * as accounts from '../../admin/service-accounts.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { AccountBody, AccountChangeBody, toChange, toNewAccount } from './account-body.ts'
import { accountToWire, createdToWire, viewToWire } from './account-wire.ts'
import { bodyEndpoint, endpoint } from './endpoint.ts'
import { secretCsv } from './secret-wire.ts'

/** `/admin/v1/service-accounts` */
export const serviceAccountRoutes = new Hono<HttpEnv>()

const item = '/:id{sa_[0-9a-z]+}'

serviceAccountRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await accounts.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    const { nowMs } = context
    return ok({
      status: 200,
      body: { data: data.map((view) => viewToWire(view, nowMs)), next_cursor: nextCursor },
    })
  }),
)

serviceAccountRoutes.post(
  '/',
  bodyEndpoint(AccountBody, async ({ context, actor, body }) => {
    const made = await creation.create(context, actor, toNewAccount(body))
    if (!made.ok) return made
    const { account, secret } = made.value
    return ok({
      status: 201,
      body: createdToWire(made.value),
      ...(secret && { csv: secretCsv(secret), secret: true }),
      location: `/admin/v1/service-accounts/${account.id}`,
      version: 1,
    })
  }),
)

serviceAccountRoutes.get(
  item,
  endpoint(async ({ context, actor, param }) => {
    const found = await accounts.find(context, actor, param('id'))
    if (!found.ok) return found
    const { version } = found.value
    return ok({ status: 200, body: accountToWire(found.value, context.nowMs), version })
  }),
)

serviceAccountRoutes.patch(
  item,
  bodyEndpoint(AccountChangeBody, async ({ context, actor, body, param, ifMatch }) => {
    const change = { id: param('id'), changes: toChange(body), ifMatch }
    const changed = await accounts.update(context, actor, change)
    if (!changed.ok) return changed
    const { version } = changed.value
    return ok({ status: 200, body: accountToWire(changed.value, context.nowMs), version })
  }),
)

serviceAccountRoutes.delete(
  item,
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const removed = await accounts.remove(context, actor, { id: param('id'), ifMatch })
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
