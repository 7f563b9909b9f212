import * as z from 'zod'
import type { CreatedAccount } from '../../../admin/accounts/account-creation.ts'
import * as rootAccounts from '../../../admin/accounts/root-accounts.ts'
import { authMethods } from '../../../core/service-account.ts'
import { actingAs } from '../acting.ts'
import { freeText, id } from '../fields.ts'
import { type Operation, operation } from '../operation.ts'
import { permissionNames } from '../permission-names.ts'
import { replyEmpty, replyWith } from '../reply.ts'
import type { Wire } from '../wire.ts'
import { shownSecret } from './secret-wire.ts'

const Create = z
  .strictObject({
    name: freeText,
    tokenEndpointAuthMethod: z.enum(authMethods).default('client_secret_basic'),
    publicKey: z.string().max(16_384).optional(),
    permissions: permissionNames.default([]),
  })
  .refine(
    ({ tokenEndpointAuthMethod: method, publicKey }) =>
      (method === 'private_key_jwt') === (publicKey !== undefined),
    { path: ['publicKey'], error: 'expected with private_key_jwt, and only with it' },
  )

const Credentials = z
  .object({
    clientId: id,
    clientIdIssuedAt: z.number().int().describe('Seconds since 1970'),
    clientSecret: z.string().optional().describe('Shown once, and never again'),
    clientSecretExpiresAt: z.number().int().optional().describe('Seconds since 1970'),
    keyId: z.string().optional(),
  })
  .meta({ id: 'RootAccountCredentials', description: 'What a root account authenticates with.' })

const credentialsToWire = ({ account, keys, secret }: CreatedAccount): Wire<typeof Credentials> => {
  const clientIdIssuedAt = Math.floor(account.createdAt / 1000)
  if (secret === null) return { clientId: account.clientId, keyId: keys[0]?.kid, clientIdIssuedAt }
  const { client_secret, client_secret_expires_at } = shownSecret(secret)
  return {
    clientId: account.clientId,
    clientSecret: client_secret,
    clientIdIssuedAt,
    // Theirs live for ever; ours say when they end.
    clientSecretExpiresAt: client_secret_expires_at,
  }
}

const collection = '/api/service-accounts'

const create = operation({
  name: 'root-accounts.create',
  method: 'POST',
  path: collection,
  summary: 'Make a root account as Mia-Platform’s clients do; only owners of / may',
  body: Create,
  answers: { 201: Credentials },
  refusals: ['permission-denied', 'privilege-escalation', 'name-taken'],
  run: async ({ context, actor, body }) => {
    const made = await rootAccounts.create(context, actor, {
      name: body.name,
      authMethod: body.tokenEndpointAuthMethod,
      publicKey: body.publicKey ?? null,
      permissions: body.permissions,
    })
    return replyWith(made, (created) => ({
      status: 201,
      body: credentialsToWire(created),
      ...(created.secret && { secret: true }),
      location: `/admin/v1/service-accounts/${created.account.id}`,
    }))
  },
})

const remove = operation({
  name: 'root-accounts.delete',
  method: 'DELETE',
  path: `${collection}/{client_id}`,
  summary: 'Delete a root account, and the roles that were made with it',
  answers: { 204: null },
  refusals: [...actingAs, 'last-owner'],
  run: async ({ context, actor, param }) =>
    replyEmpty(await rootAccounts.remove(context, actor, param('client_id'))),
})

/** `/api/service-accounts`: root accounts as Mia-Platform's clients manage them. */
export const rootAccountOperations: readonly Operation[] = [create, remove]
