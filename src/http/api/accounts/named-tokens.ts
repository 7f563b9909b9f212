import * as changes from '../../../admin/credentials/named-token-changes.ts'
import * as tokens from '../../../admin/credentials/named-tokens.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { actingAs } from '../acting.ts'
import type { Call } from '../call.ts'
import { deletion } from '../dry-run.ts'
import { listOf, toWhole } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { type Reply, replyWith } from '../reply.ts'
import type { Wire } from '../wire.ts'
import { toLife } from './credential-body.ts'
import {
  NamedToken,
  NamedTokenBody,
  NamesBody,
  namedTokenToWire,
  RegenerationBody,
  ShownNamedToken,
} from './named-token-body.ts'

const collection = '/admin/v1/service-accounts/{service_account_id}/tokens'
const item = `${collection}/{token_id}`

const keyOf = (param: Call<unknown>['param']) => ({
  accountId: param('service_account_id'),
  id: param('token_id'),
})

const show = (token: tokens.NamedTokenRow): Reply => ({
  status: 200,
  body: namedTokenToWire(token),
})

const showValue =
  (status: 200 | 201) =>
  ({ clear, token }: tokens.ShownToken): Reply => {
    const body: Wire<typeof ShownNamedToken> = { ...namedTokenToWire(token), token: clear }
    const location = `/admin/v1/service-accounts/${token.serviceAccountId}/tokens/${token.id}`
    return { status, body, location, secret: true }
  }

const list = operation({
  name: 'tokens.list',
  method: 'GET',
  path: collection,
  summary: 'List the named tokens of a service account',
  answers: { 200: listOf(NamedToken) },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    toWhole(await tokens.list(context, actor, param('service_account_id')), namedTokenToWire),
})

const create = operation({
  name: 'tokens.create',
  method: 'POST',
  path: collection,
  summary: 'Make a named token for one resource server; it is shown this once',
  body: NamedTokenBody,
  answers: { 201: ShownNamedToken },
  refusals: [...actingAs, 'invalid-reference', 'name-taken', 'quota-exceeded'],
  run: async ({ context, actor, body, param }) => {
    const wanted = {
      accountId: param('service_account_id'),
      name: body.name,
      displayName: body.display_name,
      resourceServerId: body.resource_server_id,
      life: toLife(body),
    }
    return replyWith(await tokens.create(context, actor, wanted), showValue(201))
  },
})

const read = operation({
  name: 'tokens.read',
  method: 'GET',
  path: item,
  summary: 'Read a named token, without its value',
  answers: { 200: NamedToken },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await tokens.find(context, actor, keyOf(param)), show),
})

const update = operation({
  name: 'tokens.update',
  method: 'PATCH',
  path: item,
  summary: 'Rename a named token',
  body: NamesBody,
  answers: { 200: NamedToken },
  refusals: [...actingAs, 'name-taken'],
  run: async ({ context, actor, body, param }) => {
    const names = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.display_name !== undefined && { displayName: body.display_name }),
    }
    return replyWith(await changes.rename(context, actor, { ...keyOf(param), names }), show)
  },
})

const regenerate = operation({
  name: 'tokens.regenerate',
  method: 'POST',
  path: `${item}:regenerate`,
  summary: 'Give a named token a new value; the one before ends at once',
  body: RegenerationBody,
  bodyOptional: true,
  answers: { 200: ShownNamedToken },
  refusals: actingAs,
  run: async ({ context, actor, body, param }) => {
    const wanted = { ...keyOf(param), life: toLife(body) }
    return replyWith(await changes.regenerate(context, actor, wanted), showValue(200))
  },
})

const remove = deletion({
  name: 'tokens.delete',
  path: item,
  summary: 'Delete a named token; it ends at once',
  refusals: actingAs,
  foresee: ({ context, actor, param }) =>
    removals.ofCredential(context, actor, { ...keyOf(param), kind: 'tokens' }),
  remove: ({ context, actor, param }) => changes.remove(context, actor, keyOf(param)),
})

/** `/admin/v1/service-accounts/{service_account_id}/tokens` */
export const namedTokenOperations: readonly Operation[] = [
  list,
  create,
  read,
  update,
  regenerate,
  remove,
]
