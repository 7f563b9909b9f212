import * as z from 'zod'
import * as trail from '../../../admin/audit/audit-events.ts'
import { readObject } from '../../../core/chain.ts'
import { ok } from '../../../core/result.ts'
import { answeredTime, id, idOf, moment, path, toTime } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'

const Actor = z
  .object({
    type: z.enum(['service_account', 'platform', 'pairing_code', 'schedule', 'operator']),
    id: z.string().optional(),
    client_id: z.string().optional(),
    name: z.string().optional(),
    mark: z.string().optional().describe('Commits to an actor that is not shown'),
  })
  .describe('Who acted; an account of `/` is only "platform" to a tenant')

const Platform = z.object({
  id: z.string(),
  client_id: z.string(),
  name: z.string(),
  source: z.string().nullable(),
  user_agent: z.string().nullable(),
})

/** An event of the audit trail. */
export const AuditEvent = z
  .object({
    sequence: z
      .number()
      .int()
      .describe('Its place in the chain of its tenant, from 1 without gaps'),
    id,
    at: answeredTime,
    tenant_id: idOf('namespace'),
    namespace_id: idOf('namespace'),
    namespace: z.string().describe('The path, as it was then'),
    action: z.string().describe('The operation, or the duty of the clock'),
    outcome: z.enum(['done', 'refused']),
    reason: z.string().nullable().describe('Why it was refused'),
    actor: Actor,
    target: z.object({ type: z.string(), id: z.string() }).nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
    request_id: z.string().nullable(),
    source: z.string().nullable(),
    user_agent: z.string().nullable(),
    previous_hash: z.string(),
    hash: z.string().describe('SHA-256 of its text, which the export has'),
    platform: Platform.nullable().optional().describe('Who it was; for readers of `/` alone'),
  })
  .meta({ id: 'AuditEvent', description: 'A change that was made, or a call that was refused.' })

const longestMs = 8.64e15

// A column that somebody wrote may hold no time at all.
const toTimeOfEvent = (at: number): string => toTime(Math.abs(at) <= longestMs ? at : 0)

// What somebody broke is shown by its columns: the verification says that it is broken.
const fromColumns = ({ event }: trail.ShownEvent): z.input<typeof AuditEvent> => ({
  sequence: event.sequence,
  id: event.id,
  at: toTimeOfEvent(event.at),
  tenant_id: event.tenantId,
  namespace_id: event.namespaceId,
  namespace: '',
  action: event.action,
  outcome: event.outcome === 'done' ? 'done' : 'refused',
  reason: null,
  actor: { type: 'platform' },
  target: null,
  details: { unreadable: true },
  request_id: null,
  source: null,
  user_agent: null,
  previous_hash: '',
  hash: event.hash,
})

const toWire = (shown: trail.ShownEvent): z.input<typeof AuditEvent> => {
  const { content, hash, platform } = shown.event
  // The text is of this shape since it was written (core/audit-event.ts).
  const told = readObject(content) as unknown as z.input<typeof AuditEvent> | null
  const event = told === null ? fromColumns(shown) : { ...told, hash }
  return shown.seesPlatform ? { ...event, platform } : event
}

/** What events are searched by, besides pages and namespaces. */
export const eventFilter = {
  actor_id: id.optional(),
  target_id: z.string().optional().describe('The id of what it is about'),
  action: z.string().optional().describe('Like `trust-policies.update`'),
  outcome: z.enum(['done', 'refused']).optional(),
  reason: z.string().optional().describe('Only calls that were refused with this problem'),
  since: moment.optional(),
  until: moment.optional().describe('Only before this time'),
}

/** The same in the words of the code. */
export const toFilter = <
  Query extends { actor_id?: string | undefined; target_id?: string | undefined },
>({
  actor_id: actorId,
  target_id: targetId,
  ...rest
}: Query) => ({ ...rest, actorId, targetId })

/** Where the trail is. */
export const trailPath = '/admin/v1/audit-events'

const list = operation({
  name: 'audit-events.list',
  method: 'GET',
  path: trailPath,
  summary: 'Search the audit trail where you may read it, newest first',
  query: z.object({
    ...page,
    namespace: path.optional().describe('Only what happened in this one and below'),
    ...eventFilter,
  }),
  answers: { 200: listOf(AuditEvent) },
  refusals: ['permission-denied', 'invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await trail.list(context, actor, toFilter(query)), toWire),
})

const read = operation({
  name: 'audit-events.read',
  method: 'GET',
  path: `${trailPath}/{event_id}`,
  summary: 'Read an event of the audit trail',
  answers: { 200: AuditEvent },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await trail.find(context, actor, param('event_id'))
    return found.ok ? ok({ status: 200, body: toWire(found.value) }) : found
  },
})

/** `/admin/v1/audit-events` and its items. */
export const auditEventOperations: readonly Operation[] = [list, read]
