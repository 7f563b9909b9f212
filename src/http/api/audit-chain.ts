import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { exportChain, verify } from '../../admin/audit-chain.ts'
import type { Verification } from '../../admin/verify-chain.ts'
import { problem } from '../../core/problem.ts'
import { err, ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { AuditEvent, eventFilter, toFilter, trailPath } from './audit-events.ts'
import { answer } from './call.ts'
import { id } from './fields.ts'
import { type Operation, operation } from './operation.ts'

const sequence = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/, 'expected an integer from 1')
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1 } })

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')

const tenant = z
  .string()
  .optional()
  .describe('The path of the tenant, or its id, also when it is gone; left out: your own')

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

const Verified = z
  .object({
    tenant_id: id,
    checked: z.number().int().describe('How many events were checked'),
    valid: z.boolean(),
    head: z
      .object({ sequence: z.number().int(), hash: z.string() })
      .describe('The last event that is good: note it elsewhere, and expect it the next time'),
    sequence: z.number().int().optional().describe('The first event that is not as it was written'),
    problem: z
      .enum(['altered', 'missing', 'out_of_order', 'column_mismatch', 'mark_mismatch'])
      .optional(),
    next: z
      .object({ from_sequence: z.number().int(), previous_hash: z.string() })
      .nullable()
      .describe('What to ask next; null at the end'),
  })
  .meta({ id: 'Verification', description: 'What verifying a chain has come to.' })

const toWire = ({
  tenantId,
  checked,
  head,
  fault,
  ended,
}: Verification): z.input<typeof Verified> => ({
  tenant_id: tenantId,
  checked,
  valid: fault === null,
  head,
  ...fault,
  next: ended ? null : { from_sequence: head.sequence + 1, previous_hash: head.hash },
})

const verified = operation({
  name: 'audit-events.verify',
  method: 'GET',
  path: `${trailPath}:verify`,
  summary: 'Verify the chain of a tenant, and find the first event that is not as it was written',
  description:
    'A chain whose tail was cut off, or that was written anew as a whole, is found by a head that was noted elsewhere: `expect_sequence` and `expect_hash`. A long chain is verified by several calls: ask again with what `next` says.',
  query: z.object({
    tenant,
    from_sequence: sequence.optional(),
    previous_hash: hash.optional().describe('The hash of the event before `from_sequence`'),
    expect_sequence: sequence.optional(),
    expect_hash: hash.optional(),
  }),
  answers: { 200: Verified },
  refusals: ['permission-denied', 'not-found'],
  run: async ({ context, actor, query }) => {
    const done = await verify(context, actor, {
      tenant: query.tenant,
      fromSequence: query.from_sequence,
      previousHash: query.previous_hash,
      expectSequence: query.expect_sequence,
      expectHash: query.expect_hash,
    })
    return done.ok ? ok({ status: 200, body: toWire(done.value) }) : done
  },
})

/** What is done with a chain as a whole. */
export const auditChainOperations: readonly Operation[] = [exported, verified]

/** Every path of the trail, as the router writes them. */
export const trailPaths: readonly string[] = [
  trailPath,
  `${trailPath}/:event_id`,
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
