import type { Context } from 'hono'
import { clientRefused, type Denial } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { authenticateCaller } from '../grants/caller.ts'
import { type Revoker, revokeOwn } from '../grants/revocation.ts'
import { readClient } from './client-credential.ts'
import type { HttpEnv } from './env.ts'
import { readForm, refuse } from './form-request.ts'
import { jsonReply } from './reply.ts'

const event = 'revocation_refused'

// Whoever holds a token may give it up: then naming its client is enough, as at the token endpoint.
const revokerOf = async (
  { env, req }: Context<HttpEnv>,
  form: ReadonlyMap<string, string>,
): Promise<Result<Revoker, Denial>> => {
  const { gatehouse } = env
  const client = readClient(req.header('authorization'), form, gatehouse)
  if (!client.ok) return err({ reason: 'invalid_request', fault: client.error })
  const { clientId, credential } = client.value
  if (credential.kind === 'none') {
    if (clientId !== null) return ok({ clientId, accountId: null })
    return err({ reason: 'invalid_request', fault: 'missing_client_id' })
  }
  const caller = await authenticateCaller(gatehouse, client.value)
  if (!caller.ok) return caller
  const { account } = caller.value.config
  if (account === null) return err(clientRefused('unknown_client'))
  return ok({ clientId: account.clientId, accountId: account.id })
}

/** `POST /oauth/revoke` (RFC 7009): ends a token of the client that asks; 200 for any token. */
export const revokeEndpoint = async (c: Context<HttpEnv>): Promise<Response> => {
  const form = await readForm(c, event)
  if (!form.ok) return form.error
  const token = form.value.get('token')
  if (token === undefined) {
    return refuse(c, event, { reason: 'invalid_request', fault: 'missing_token' })
  }
  const revoker = await revokerOf(c, form.value)
  if (!revoker.ok) return refuse(c, event, revoker.error)
  await revokeOwn(c.env.gatehouse, revoker.value, token)
  // Clients ignore the body (RFC 7009 §2.2), but some cannot do without one of JSON.
  return jsonReply(200, {})
}
