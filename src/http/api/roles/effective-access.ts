import * as z from 'zod'
import * as access from '../../../admin/roles/effective-access.ts'
import * as places from '../../../admin/roles/place-access.ts'
import { ok } from '../../../core/result.ts'
import { accountKind, id, idOf, path } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { accessMembers, accessToWire } from './access-wire.ts'

const AccountAccess = z
  .object({
    service_account: z.object({ id, name: z.string(), namespace: path }),
    ...accessMembers,
  })
  .meta({
    id: 'AccountAccess',
    description: 'What an account may do where, and through which binding.',
  })

const Holder = z
  .object({
    principal: z.union([
      z.object({
        type: z.literal('service_account'),
        id,
        name: z.string().optional(),
        namespace: path.optional(),
        kind: accountKind.optional(),
        enabled: z.boolean().optional(),
      }),
      z.object({ type: z.literal('platform') }).describe('Root accounts, to a tenant'),
    ]),
    ...accessMembers,
  })
  .meta({ id: 'Holder', description: 'Who may do what at a namespace, and through which binding.' })

const ofAccount = operation({
  name: 'service-accounts.effective-access',
  method: 'GET',
  path: '/admin/v1/service-accounts/{service_account_id}:effective-access',
  summary: 'Say what an account may do where, and through which binding',
  description:
    'What a token carries unless the request or the trust policy asks for less. Judged by the rules of an exchange itself, from the database as it is now. A binding counts where it holds and everywhere below.',
  answers: { 200: AccountAccess },
  refusals: ['not-found', 'permission-denied', 'precondition-failed'],
  run: async ({ context, actor, param }) => {
    const found = await access.ofAccount(context, actor, param('service_account_id'))
    if (!found.ok) return found
    const { id, name, namespacePath: namespace } = found.value.account
    const body: z.input<typeof AccountAccess> = {
      service_account: { id, name, namespace },
      ...accessToWire(found.value),
    }
    return ok({ status: 200, body })
  },
})

const holderToWire = ({
  id,
  named,
  whole,
  access: held,
}: places.SeenHolder): z.input<typeof Holder> => ({
  principal:
    id === null
      ? { type: 'platform' }
      : {
          type: 'service_account',
          id,
          ...(named && { name: named.name, namespace: named.namespacePath }),
          ...whole,
        },
  ...accessToWire(held),
})

const atNamespace = operation({
  name: 'namespaces.effective-access',
  method: 'GET',
  path: '/admin/v1/namespaces/{namespace_id}:effective-access',
  summary: 'List who may do what at a namespace, and through which binding',
  description:
    'By bindings at the namespace or above it. A binding above the own namespace of its account gives it nothing, and is left out. Accounts of which you may read only the name are told as if enabled and without a ceiling.',
  query: z.object({
    ...page,
    kind: accountKind
      .optional()
      .describe('Only accounts of this kind, among those that you may read whole'),
    resource_server_id: idOf('resource server')
      .optional()
      .describe('Only what is held of this resource server'),
    permission: z.string().max(128).optional().describe('Only roles that give this permission'),
  }),
  answers: { 200: listOf(Holder) },
  refusals: ['not-found', 'permission-denied', 'invalid-cursor'],
  run: async ({ context, actor, query, param }) => {
    const which = { id: param('namespace_id'), query }
    return toList(await places.atNamespace(context, actor, which), holderToWire)
  },
})

/** `…:effective-access` of accounts and namespaces. */
export const effectiveAccessOperations: readonly Operation[] = [ofAccount, atNamespace]
