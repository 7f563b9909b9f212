import * as keys from '../../../admin/credentials/keys.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { actingAs } from '../acting.ts'
import type { Call } from '../call.ts'
import { deletion } from '../dry-run.ts'
import { listOf, toWhole } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { replyWith } from '../reply.ts'
import { AccountKey, KeyBody, keyToWire, toKeyDraft } from './key-body.ts'

const collection = '/admin/v1/service-accounts/{service_account_id}/keys'
const item = `${collection}/{key_id}`

const keyOf = (param: Call<unknown>['param']) => ({
  accountId: param('service_account_id'),
  id: param('key_id'),
})

const list = operation({
  name: 'keys.list',
  method: 'GET',
  path: collection,
  summary: 'List the public keys of a service account',
  answers: { 200: listOf(AccountKey) },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    toWhole(await keys.list(context, actor, param('service_account_id')), keyToWire),
})

const create = operation({
  name: 'keys.create',
  method: 'POST',
  path: collection,
  summary: 'Register a public key that client assertions are signed with',
  body: KeyBody,
  answers: { 201: AccountKey },
  refusals: actingAs,
  run: async ({ context, actor, body, param }) => {
    const accountId = param('service_account_id')
    const made = await keys.create(context, actor, { accountId, draft: toKeyDraft(body) })
    return replyWith(made, (key) => ({
      status: 201,
      body: keyToWire(key),
      location: `/admin/v1/service-accounts/${accountId}/keys/${key.id}`,
    }))
  },
})

const read = operation({
  name: 'keys.read',
  method: 'GET',
  path: item,
  summary: 'Read a public key',
  answers: { 200: AccountKey },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await keys.find(context, actor, keyOf(param)), (key) => ({
      status: 200,
      body: keyToWire(key),
    })),
})

const remove = deletion({
  name: 'keys.delete',
  path: item,
  summary: 'Remove a public key; what it signed is refused from then on',
  refusals: actingAs,
  foresee: ({ context, actor, param }) =>
    removals.ofCredential(context, actor, { ...keyOf(param), kind: 'keys' }),
  remove: ({ context, actor, param }) => keys.remove(context, actor, keyOf(param)),
})

/** `/admin/v1/service-accounts/{service_account_id}/keys` */
export const accountKeyOperations: readonly Operation[] = [list, create, read, remove]
