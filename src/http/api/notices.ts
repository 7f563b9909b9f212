import { Hono } from 'hono'
import * as notices from '../../admin/notices.ts'
import { member } from '../../core/json.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { endpoint } from './endpoint.ts'
import { toTime } from './fields.ts'

const toWire = (notice: notices.StoredNotice) => ({
  id: notice.id,
  type: member(notice.payload, 'type') ?? null,
  data: member(notice.payload, 'data') ?? null,
  state: notice.state,
  attempts: notice.attempts,
  next_attempt_at: notice.state === 'pending' ? toTime(notice.nextAttemptAt) : null,
  last_error: notice.lastError,
  created_at: toTime(notice.createdAt),
})

/** `/admin/v1/notification-subscriptions/{id}/notices`, and the verbs that are about them. */
export const noticeRoutes = new Hono<HttpEnv>()

noticeRoutes.get(
  '/:id{sub_[0-9a-z]+}/notices',
  endpoint(async ({ context, actor, param, query }) => {
    const page = await notices.list(context, actor, { id: param('id'), query })
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
  }),
)

noticeRoutes.post(
  '/:id{sub_[0-9a-z]+:test}',
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const sent = await notices.sendTest(context, actor, { id: param('id'), ifMatch })
    return sent.ok ? ok({ status: 200, body: toWire(sent.value) }) : sent
  }),
)

noticeRoutes.post(
  '/:id{sub_[0-9a-z]+:resume}',
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const resumed = await notices.resume(context, actor, { id: param('id'), ifMatch })
    return resumed.ok ? ok({ status: 200, body: { resumed: resumed.value } }) : resumed
  }),
)
