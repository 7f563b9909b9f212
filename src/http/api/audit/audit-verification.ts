import * as z from 'zod'
import { verify } from '../../../admin/audit/audit-chain.ts'
import type { Verification } from '../../../admin/audit/verify-chain.ts'
import { ok } from '../../../core/result.ts'
import { answeredTime, idOf, toTime } from '../fields.ts'
import { operation } from '../operation.ts'
import { trailPath } from './audit-events.ts'

/** A place in a chain. */
export const sequence = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/, 'expected an integer from 1')
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1 } })

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')

/** Whose chain. */
export const tenant = z
  .string()
  .optional()
  .describe(
    'The path of the tenant, or its id, also when it is gone. Left out: the tenant of the calling account. For an account of `/` that is the chain of `/` only, and no tenant’s',
  )

const problems = [
  'altered',
  'missing',
  'out_of_order',
  'column_mismatch',
  'mark_mismatch',
  'decisions_altered',
  'decisions_added',
  'decisions_missing',
] as const

const Verified = z
  .object({
    tenant_id: idOf('namespace'),
    checked: z.number().int().describe('How many events were checked'),
    valid: z.boolean(),
    head: z
      .object({ sequence: z.number().int(), hash: z.string() })
      .describe('The last event that is good: note it elsewhere, and expect it the next time'),
    sequence: z.number().int().optional().describe('The first event that is not as it was written'),
    problem: z.enum(problems).optional(),
    minute: answeredTime.optional().describe('Of the decisions that are not as they were sealed'),
    decisions: z
      .object({ minutes: z.number().int(), purged_minutes: z.number().int() })
      .describe('Sealed minutes whose decisions were compared, and those whose decisions are gone'),
    next: z
      .object({ from_sequence: z.number().int(), previous_hash: z.string() })
      .nullable()
      .describe('What to ask next; null at the end'),
  })
  .meta({ id: 'Verification', description: 'What verifying a chain has come to.' })

/** A verification as it is answered. */
export const verificationToWire = ({
  tenantId,
  checked,
  seals,
  head,
  fault,
  ended,
}: Verification): z.input<typeof Verified> => ({
  tenant_id: tenantId,
  checked,
  valid: fault === null,
  head,
  ...(fault && { sequence: fault.sequence, problem: fault.problem }),
  ...(fault?.minute !== undefined && { minute: toTime(fault.minute) }),
  decisions: { minutes: seals.checked, purged_minutes: seals.purged },
  next: ended ? null : { from_sequence: head.sequence + 1, previous_hash: head.hash },
})

/** `/admin/v1/audit-events:verify` */
export const verifyOperation = operation({
  name: 'audit-events.verify',
  method: 'GET',
  path: `${trailPath}:verify`,
  patient: true,
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
    return done.ok ? ok({ status: 200, body: verificationToWire(done.value) }) : done
  },
})
