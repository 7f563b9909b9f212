import * as z from 'zod'
import * as creation from '../../../admin/accounts/account-creation.ts'
import * as accountList from '../../../admin/accounts/account-list.ts'
import * as accounts from '../../../admin/accounts/service-accounts.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { actingAs } from '../acting.ts'
import { deletion } from '../dry-run.ts'
import { accountKind, flag, name, within } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { savingPolicy } from '../policies/policy-body.ts'
import { type Reply, replyWith } from '../reply.ts'
import { AccountBody, AccountChangeBody, toChange, toNewAccount } from './account-body.ts'
import {
  accountToWire,
  CreatedServiceAccount,
  createdToWire,
  ListedAccount,
  ServiceAccount,
  viewToWire,
} from './account-wire.ts'
import { secretCsv } from './secret-wire.ts'

const collection = '/admin/v1/service-accounts'
const item = `${collection}/{service_account_id}`

const show =
  (nowMs: number) =>
  (account: accounts.AccountRecord): Reply => ({
    status: 200,
    body: accountToWire(account, nowMs),
    version: account.version,
  })

const list = operation({
  name: 'service-accounts.list',
  method: 'GET',
  path: collection,
  summary: 'List the service accounts that you may read, and the names of those above',
  query: z.object({
    ...page,
    namespace: within,
    name: name.optional(),
    kind: accountKind.optional().describe('Leaves out those above, of which only names are told'),
    enabled: flag.optional().describe('Leaves out those above, of which only names are told'),
  }),
  answers: { 200: listOf(ListedAccount) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await accountList.list(context, actor, query), (view) =>
      viewToWire(view, context.nowMs),
    ),
})

const create = operation({
  name: 'service-accounts.create',
  method: 'POST',
  path: collection,
  summary: 'Make a service account with its policies, roles, keys and secret',
  body: AccountBody,
  answers: { 201: CreatedServiceAccount },
  csv: true,
  etag: 'answered',
  refusals: [
    'permission-denied',
    'privilege-escalation',
    'name-taken',
    'quota-exceeded',
    ...savingPolicy,
  ],
  run: async ({ context, actor, body }) => {
    const made = await creation.create(context, actor, toNewAccount(body))
    return replyWith(made, (created) => ({
      status: 201,
      body: createdToWire(created),
      ...(created.secret && { csv: secretCsv(created.secret), secret: true }),
      location: `${collection}/${created.account.id}`,
      version: 1,
    }))
  },
})

const read = operation({
  name: 'service-accounts.read',
  method: 'GET',
  path: item,
  summary: 'Read a service account',
  answers: { 200: ServiceAccount },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await accounts.find(context, actor, param('service_account_id'))
    return replyWith(found, show(context.nowMs))
  },
})

const changing = [...actingAs, 'last-owner'] as const

const update = operation({
  name: 'service-accounts.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a service account; what opens it up counts as handing out all that it holds',
  body: AccountChangeBody,
  answers: { 200: ServiceAccount },
  etag: 'optional',
  refusals: [...changing, 'invalid-reference', 'name-taken'],
  run: async ({ context, actor, body, param, ifMatch }) => {
    const change = { id: param('service_account_id'), changes: toChange(body), ifMatch }
    return replyWith(await accounts.update(context, actor, change), show(context.nowMs))
  },
})

const remove = deletion({
  name: 'service-accounts.delete',
  path: item,
  summary: 'Delete a service account; whatever it could do ends at once',
  etag: 'optional',
  refusals: changing,
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofAccount(context, actor, { id: param('service_account_id'), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    accounts.remove(context, actor, { id: param('service_account_id'), ifMatch }),
})

/** `/admin/v1/service-accounts` */
export const serviceAccountOperations: readonly Operation[] = [list, create, read, update, remove]
