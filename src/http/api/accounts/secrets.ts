import * as z from 'zod'
import type { ShownSecret } from '../../../admin/credentials/new-secret.ts'
import { reset as resetAll } from '../../../admin/credentials/secret-reset.ts'
import * as secrets from '../../../admin/credentials/secrets.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { actingAs } from '../acting.ts'
import type { Call } from '../call.ts'
import { deletion } from '../dry-run.ts'
import { listOf, toWhole } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { type Reply, replyWith } from '../reply.ts'
import { hasOneLife, lifeMembers, oneLife, toLife } from './credential-body.ts'
import { NewSecret, newSecretToWire, Secret, secretCsv, secretToWire } from './secret-wire.ts'

const maxGraceSeconds = 604_800

const Create = z.strictObject(lifeMembers).refine(hasOneLife, oneLife)

const Reset = z
  .strictObject({
    ...lifeMembers,
    grace_seconds: z
      .number()
      .int()
      .min(1)
      .max(maxGraceSeconds)
      .optional()
      .describe('How long the secret before lives on; left out: not at all'),
    rotate_client_id: z.boolean().default(false),
  })
  .refine(hasOneLife, oneLife)

const account = '/admin/v1/service-accounts/{service_account_id}'
const collection = `${account}/secrets`
const item = `${collection}/{secret_id}`

const keyOf = (param: Call<unknown>['param']) => ({
  accountId: param('service_account_id'),
  id: param('secret_id'),
})

const show = (made: ShownSecret): Reply => ({
  status: 201,
  body: newSecretToWire(made),
  csv: secretCsv(made),
  location: `/admin/v1/service-accounts/${made.accountId}/secrets/${made.row.id}`,
  secret: true,
})

const list = operation({
  name: 'secrets.list',
  method: 'GET',
  path: collection,
  summary: 'List the client secrets of a service account, without their values',
  answers: { 200: listOf(Secret) },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    toWhole(await secrets.list(context, actor, param('service_account_id')), secretToWire),
})

const create = operation({
  name: 'secrets.create',
  method: 'POST',
  path: collection,
  summary: 'Make a client secret; it is shown this once, and at most two live',
  body: Create,
  bodyOptional: true,
  answers: { 201: NewSecret },
  csv: true,
  refusals: [...actingAs, 'quota-exceeded'],
  run: async ({ context, actor, body, param }) => {
    const wanted = { accountId: param('service_account_id'), life: toLife(body) }
    return replyWith(await secrets.create(context, actor, wanted), show)
  },
})

const reset = operation({
  name: 'secrets.reset',
  method: 'POST',
  path: `${account}/secrets:reset`,
  summary: 'Make a client secret and end all others, at once or after a grace',
  body: Reset,
  bodyOptional: true,
  answers: { 201: NewSecret },
  csv: true,
  refusals: actingAs,
  run: async ({ context, actor, body, param }) => {
    const made = await resetAll(context, actor, {
      accountId: param('service_account_id'),
      life: toLife(body),
      graceSeconds: body.grace_seconds ?? null,
      rotateClientId: body.rotate_client_id,
    })
    return replyWith(made, show)
  },
})

const read = operation({
  name: 'secrets.read',
  method: 'GET',
  path: item,
  summary: 'Read a client secret, without its value',
  answers: { 200: Secret },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await secrets.find(context, actor, keyOf(param)), (secret) => ({
      status: 200,
      body: secretToWire(secret),
    })),
})

const remove = deletion({
  name: 'secrets.delete',
  path: item,
  summary: 'End a client secret at once',
  refusals: actingAs,
  foresee: ({ context, actor, param }) =>
    removals.ofCredential(context, actor, { ...keyOf(param), kind: 'secrets' }),
  remove: ({ context, actor, param }) => secrets.remove(context, actor, keyOf(param)),
})

/** `/admin/v1/service-accounts/{service_account_id}/secrets` */
export const secretOperations: readonly Operation[] = [list, create, reset, read, remove]
