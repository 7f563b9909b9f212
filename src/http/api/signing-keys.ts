import * as z from 'zod'
import * as keys from '../../admin/signing-keys.ts'
import { answeredTime, answeredTimeOrNull, toTime, toTimeOrNull } from './fields.ts'
import { listOf, toWhole } from './lists.ts'
import { type Operation, operation } from './operation.ts'
import { replyWith } from './reply.ts'
import type { Wire } from './wire.ts'

const Rotate = z.strictObject({ algorithm: z.enum(keys.signingAlgorithms).optional() })

const SigningKey = z
  .object({
    kid: z.string(),
    algorithm: z.enum(keys.signingAlgorithms),
    state: z.enum(['published', 'active', 'retired']),
    created_at: answeredTime,
    activated_at: answeredTimeOrNull,
    retired_at: answeredTimeOrNull,
  })
  .meta({ id: 'SigningKey', description: 'A key that access tokens are signed with.' })

const toWire = (key: keys.SigningKey): Wire<typeof SigningKey> => ({
  kid: key.kid,
  algorithm: key.algorithm,
  state: key.state,
  created_at: toTime(key.createdAt),
  activated_at: toTimeOrNull(key.activatedAt),
  retired_at: toTimeOrNull(key.retiredAt),
})

const list = operation({
  name: 'signing-keys.list',
  method: 'GET',
  path: '/admin/v1/signing-keys',
  summary: 'List the signing keys, newest first, without their private halves',
  answers: { 200: listOf(SigningKey) },
  refusals: ['permission-denied'],
  run: async ({ context, actor }) => toWhole(await keys.list(context, actor), toWire),
})

const rotate = operation({
  name: 'signing-keys.rotate',
  method: 'POST',
  path: '/admin/v1/signing-keys:rotate',
  summary: 'Take the next step of a rotation: publish a key, or let the published one sign',
  body: Rotate,
  bodyOptional: true,
  answers: { 200: SigningKey },
  refusals: ['permission-denied', 'rotation-pending'],
  run: async ({ context, actor, body }) =>
    replyWith(await keys.rotate(context, actor, body.algorithm), (key) => ({
      status: 200,
      body: toWire(key),
    })),
})

const Revoked = z
  .object({
    kid: z.string(),
    state: z.literal('revoked'),
    active: SigningKey.nullable().describe('The key that signs now'),
  })
  .meta({ id: 'RevokedSigningKey', description: 'A key that is good for nothing any more.' })

const revoke = operation({
  name: 'signing-keys.revoke',
  method: 'POST',
  path: '/admin/v1/signing-keys/{kid}:revoke',
  summary: 'Revoke a signing key that others may have; what it signed is refused',
  answers: { 200: Revoked },
  refusals: ['permission-denied', 'not-found'],
  run: async ({ context, actor, param }) => {
    const kid = param('kid')
    return replyWith(await keys.revoke(context, actor, kid), (active) => {
      const body: Wire<typeof Revoked> = { kid, state: 'revoked', active: active && toWire(active) }
      return { status: 200, body }
    })
  },
})

/** `/admin/v1/signing-keys` */
export const signingKeyOperations: readonly Operation[] = [list, rotate, revoke]
