import * as z from 'zod'
import { create as createCode } from '../../../admin/pairing/new-pairing-code.ts'
import * as codes from '../../../admin/pairing/pairing-codes.ts'
import { within } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { toPlace } from '../policies/wanted-place.ts'
import { replyEmpty, replyWith } from '../reply.ts'
import {
  codeToWire,
  NewPairingCode,
  newCodeToWire,
  PairedCode,
  PairingCode,
  PairingCodeBody,
  pairedToWire,
} from './pairing-code-wire.ts'

const collection = '/admin/v1/pairing-codes'
const item = `${collection}/{pairing_code_id}`

const list = operation({
  name: 'pairing-codes.list',
  method: 'GET',
  path: collection,
  summary: 'List the pairing codes that you may see, without the codes',
  query: z.object({ ...page, namespace: within }),
  answers: { 200: listOf(PairingCode) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await codes.list(context, actor, query), (code) => codeToWire(code, context.nowMs)),
})

const create = operation({
  name: 'pairing-codes.create',
  method: 'POST',
  path: collection,
  summary: 'Make a one-time code with which a job shows who it is; it is shown this once',
  description:
    'Let the job run once and send the code with its own token to `/oauth/pair`. Nothing is issued; the verified claims are kept, and reading the code proposes the narrowest policy for them.',
  body: PairingCodeBody,
  answers: { 201: NewPairingCode },
  refusals: [
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'invalid-reference',
    'quota-exceeded',
  ],
  run: async ({ context, actor, body }) => {
    const wanted = { place: toPlace(body), expiresInSeconds: body.expires_in_seconds }
    return replyWith(await createCode(context, actor, wanted), (made) => ({
      status: 201,
      body: newCodeToWire(made, context),
      location: `${collection}/${made.code.id}`,
      secret: true,
    }))
  },
})

const read = operation({
  name: 'pairing-codes.read',
  method: 'GET',
  path: item,
  summary: 'Read whether a job has used a pairing code, and what is proposed for it',
  answers: { 200: PairedCode },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await codes.find(context, actor, param('pairing_code_id')), (found) => ({
      status: 200,
      body: pairedToWire(found, context.nowMs),
    })),
})

const remove = operation({
  name: 'pairing-codes.delete',
  method: 'DELETE',
  path: item,
  summary: 'End a pairing code at once, and forget what a job has shown',
  answers: { 204: null },
  refusals: ['not-found', 'permission-denied'],
  run: async ({ context, actor, param }) =>
    replyEmpty(await codes.remove(context, actor, param('pairing_code_id'))),
})

/** `/admin/v1/pairing-codes`: learning from a job. */
export const pairingCodeOperations: readonly Operation[] = [list, create, read, remove]
