import type { Context } from 'hono'
import { findActor } from '../admin/actor.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { clientRefused, type Denial } from '../core/denial.ts'
import { type Actor, clientActor } from '../core/holding.ts'
import { err, ok, type Result } from '../core/result.ts'
import { authenticateCaller } from '../grants/caller.ts'
import { introspect, mayIntrospect } from '../grants/introspection.ts'
import { bearerToken } from './bearer.ts'
import { readClient } from './client-credential.ts'
import type { HttpEnv } from './env.ts'
import { readForm, refuse } from './form-request.ts'
import { jsonReply } from './reply.ts'

const event = 'introspection_refused'

type Form = ReadonlyMap<string, string>

const byBearer = async (
  { env }: Context<HttpEnv>,
  form: Form,
  token: string,
): Promise<Result<Actor, Denial>> => {
  if (form.has('client_secret') || form.has('client_assertion')) {
    return err({ reason: 'invalid_request', fault: 'two_credentials' })
  }
  const actor = await findActor(env.gatehouse, token)
  if (!actor.ok) return err({ reason: 'bearer_refused', fault: 'bearer_token' })
  if (mayIntrospect(actor.value)) return actor
  return err({ reason: 'bearer_refused', fault: 'may_not_introspect' })
}

const actorOf = (config: AccountConfig): Actor | null =>
  config.account && clientActor(config.account, config)

const refuseClient = (config: AccountConfig): Denial | null => {
  const actor = actorOf(config)
  return actor && mayIntrospect(actor) ? null : clientRefused('may_not_introspect')
}

const byClient = async (
  { env, req }: Context<HttpEnv>,
  form: Form,
): Promise<Result<Actor, Denial>> => {
  const { gatehouse } = env
  const client = readClient(req.header('authorization'), form, gatehouse)
  if (!client.ok) return err({ reason: 'invalid_request', fault: client.error })
  const caller = await authenticateCaller(gatehouse, client.value, refuseClient)
  if (!caller.ok) return caller
  const actor = actorOf(caller.value.config)
  return actor === null ? err(clientRefused('unknown_client')) : ok(actor)
}

/** `POST /oauth/introspect` (RFC 7662): whether a token of ours is good now, and what it means. */
export const introspectEndpoint = async (c: Context<HttpEnv>): Promise<Response> => {
  const form = await readForm(c, event)
  if (!form.ok) return form.error
  const token = form.value.get('token')
  if (token === undefined) {
    return refuse(c, event, { reason: 'invalid_request', fault: 'missing_token' })
  }
  const bearer = bearerToken(c.req.header('authorization'))
  const actor = await (bearer === undefined
    ? byClient(c, form.value)
    : byBearer(c, form.value, bearer))
  if (!actor.ok) return refuse(c, event, actor.error)
  return jsonReply(200, await introspect(c.env.gatehouse, actor.value, token))
}
