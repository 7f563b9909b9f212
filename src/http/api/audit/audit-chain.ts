import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { exportChain } from '../../../admin/audit/audit-chain.ts'
import { problem } from '../../../core/problem.ts'
import { err, ok } from '../../../core/result.ts'
import type { HttpEnv } from '../../env.ts'
import { answer } from '../call.ts'
import { type Operation, operation, parameters } from '../operation.ts'
import { AuditEvent, eventFilter, toFilter, trailPath } from './audit-events.ts'
import { sequence, tenant, verifyOperation } from './audit-verification.ts'

const maxLines = 1000

const exported = operation({
  name: 'audit-events.export',
  method: 'GET',
  path: `${trailPath}:export`,
  summary: 'Export the chain of a tenant as it was hashed, oldest first',
  description:
    'One line for each event. Without its last member, `hash`, a line is the text that `hash` is the SHA-256 of. While there is more, `Link` (`rel="next"`) says where it goes on. With filters it is no whole chain any more.',
  query: z.object({
    tenant,
    since_sequence: sequence.default(1).describe('The first event that is wanted'),
    limit: z
      .string()
      .regex(/^([1-9][0-9]{0,2}|1000)$/, 'expected an integer from 1 to 1000')
      .transform(Number)
      .default(maxLines)
      .meta({ override: { type: 'integer', minimum: 1, maximum: maxLines, default: maxLines } }),
    ...eventFilter,
  }),
  answers: { 200: AuditEvent },
  media: 'application/x-ndjson',
  refusals: ['permission-denied', 'not-found'],
  run: async ({ context, actor, query, url }) => {
    const { since_sequence: sinceSequence, ...rest } = toFilter(query)
    const made = await exportChain(context, actor, { ...rest, sinceSequence })
    if (!made.ok) return made
    const { lines, tenantId, nextSequence } = made.value
    if (nextSequence === null) return ok({ status: 200, lines })
    const next = new URLSearchParams(url.search)
    next.set('tenant', tenantId)
    next.set('since_sequence', String(nextSequence))
    return ok({ status: 200, lines, next: `${url.pathname}?${next}` })
  },
})

/** What is done with a chain as a whole. */
export const auditChainOperations: readonly Operation[] = [exported, verifyOperation]

/** Every path of the trail, as the router writes them. */
export const trailPaths: readonly string[] = [
  trailPath,
  `${trailPath}/:event_id{${parameters.event_id}}`,
  '/admin/v1/:verb{audit-events:export}',
  '/admin/v1/:verb{audit-events:verify}',
]

const immutable = problem('method-not-allowed', 'the audit trail is only ever appended to')

/** Refuses to change the trail (AC-392); whoever tried is in it. */
export const refuseChangingTrail = async (c: HonoContext<HttpEnv>): Promise<Response> => {
  const response = await answer(c, {
    name: 'audit-events.change',
    changes: true,
    query: () => ok(undefined),
    body: async () => ok(undefined),
    run: async () => err(immutable),
  })
  if (response.status === 405) response.headers.set('allow', 'GET')
  return response
}
