import { Hono } from 'hono'
import * as z from 'zod'
import type { CreatedAccount } from '../../admin/account-creation.ts'
import * as rootAccounts from '../../admin/root-accounts.ts'
import { ok } from '../../core/result.ts'
import { authMethods } from '../../core/service-account.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, endpoint } from './endpoint.ts'
import { freeText } from './fields.ts'
import { permissionNames } from './permission-names.ts'
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

const credentialsToWire = ({ account, keys, secret }: CreatedAccount) => {
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

/** `/api/service-accounts`: root accounts as Mia-Platform's clients manage them. */
export const rootAccountRoutes = new Hono<HttpEnv>()

rootAccountRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const made = await rootAccounts.create(context, actor, {
      name: body.name,
      authMethod: body.tokenEndpointAuthMethod,
      publicKey: body.publicKey ?? null,
      permissions: body.permissions,
    })
    if (!made.ok) return made
    const { account, secret } = made.value
    return ok({
      status: 201,
      body: credentialsToWire(made.value),
      ...(secret && { secret: true }),
      location: `/admin/v1/service-accounts/${account.id}`,
    })
  }),
)

rootAccountRoutes.delete(
  '/:clientId{cli_[0-9a-z]+}',
  endpoint(async ({ context, actor, param }) => {
    const removed = await rootAccounts.remove(context, actor, param('clientId'))
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
