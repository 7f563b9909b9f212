import * as z from 'zod'
import * as notices from '../../../admin/notices/notices.ts'
import { type JsonObject, member } from '../../../core/json.ts'
import { answeredTime, answeredTimeOrNull, id, jsonObject, toTime } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { replyWith } from '../reply.ts'
import type { Wire } from '../wire.ts'

const states = ['pending', 'delivered', 'parked'] as const

const Notice = z
  .object({
    id,
    type: z.string().nullable(),
    data: jsonObject('what it says').nullable(),
    state: z.string().meta({ enum: states }),
    attempts: z.number().int(),
    next_attempt_at: answeredTimeOrNull,
    last_error: z.string().nullable(),
    created_at: answeredTime,
  })
  .meta({ id: 'Notice', description: 'One notice to one subscriber.' })

// Of our own making, so these are what they are called.
const said = (payload: JsonObject) => ({
  type: (member(payload, 'type') ?? null) as string | null,
  data: (member(payload, 'data') ?? null) as JsonObject | null,
})

const toWire = (notice: notices.StoredNotice): Wire<typeof Notice> => ({
  id: notice.id,
  ...said(notice.payload),
  state: notice.state,
  attempts: notice.attempts,
  next_attempt_at: notice.state === 'pending' ? toTime(notice.nextAttemptAt) : null,
  last_error: notice.lastError,
  created_at: toTime(notice.createdAt),
})

const subscription = '/admin/v1/notification-subscriptions/{subscription_id}'

const list = operation({
  name: 'notices.list',
  method: 'GET',
  path: `${subscription}/notices`,
  summary: 'List what a subscription was told, newest first',
  query: z.object({ ...page, state: z.enum(states).optional() }),
  answers: { 200: listOf(Notice) },
  refusals: ['not-found', 'permission-denied', 'invalid-cursor'],
  run: async ({ context, actor, param, query }) =>
    toList(await notices.list(context, actor, { id: param('subscription_id'), query }), toWire),
})

const test = operation({
  name: 'notification-subscriptions.test',
  method: 'POST',
  path: `${subscription}:test`,
  summary: 'Send a test now, and answer what came of it',
  answers: { 200: Notice },
  etag: 'optional',
  refusals: ['not-found', 'permission-denied', 'too-many-requests'],
  run: async ({ context, actor, param, ifMatch }) => {
    const sent = await notices.sendTest(context, actor, { id: param('subscription_id'), ifMatch })
    return replyWith(sent, (notice) => ({ status: 200, body: toWire(notice) }))
  },
})

const Resumed = z
  .object({ resumed: z.number().int() })
  .meta({ id: 'ResumedNotices', description: 'How many parked notices will be sent again.' })

const resume = operation({
  name: 'notification-subscriptions.resume',
  method: 'POST',
  path: `${subscription}:resume`,
  summary: 'Have a subscription’s parked notices sent again',
  answers: { 200: Resumed },
  etag: 'optional',
  refusals: ['not-found', 'permission-denied'],
  run: async ({ context, actor, param, ifMatch }) => {
    const resumed = await notices.resume(context, actor, { id: param('subscription_id'), ifMatch })
    return replyWith(resumed, (count) => ({ status: 200, body: { resumed: count } }))
  },
})

/** A subscription's notices, and the verbs that are about them. */
export const noticeOperations: readonly Operation[] = [list, test, resume]
