import * as z from 'zod'
import * as revocations from '../../admin/revocations.ts'
import { maxTokenBytes } from '../../core/compact-jwt.ts'
import { revocationKinds } from '../../core/revocation.ts'
import { path } from './fields.ts'
import { type Operation, operation } from './operation.ts'
import { replyWith } from './reply.ts'

const Body = z.strictObject({
  namespace: path,
  by: z.enum(revocationKinds),
  value: z.string().min(1).max(maxTokenBytes),
})

const Revocation = z
  .object({
    namespace: path,
    by: z.enum(revocationKinds),
    revoked: z.number().int().describe('How many living tokens it ended'),
  })
  .meta({ id: 'Revocation', description: 'What a revocation came to.' })

const create = operation({
  name: 'revocations.create',
  method: 'POST',
  path: '/admin/v1/revocations',
  summary: 'Revoke the living tokens of a subtree by what they came from',
  body: Body,
  answers: { 200: Revocation },
  refusals: ['permission-denied', 'invalid-reference'],
  run: async ({ context, actor, body }) =>
    replyWith(await revocations.create(context, actor, body), (revoked) => ({
      status: 200,
      body: { namespace: body.namespace, by: body.by, revoked },
    })),
})

/** `/admin/v1/revocations` */
export const revocationOperations: readonly Operation[] = [create]
