import type { Context } from 'hono'
import type { Denial, RequestFault } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { parseScope } from '../core/scope.ts'
import { isTargetIdentifier } from '../core/target-identifier.ts'
import { answer } from '../grants/answer.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { accessTokenType } from '../grants/token-exchange.ts'
import { readClient } from './client-credential.ts'
import type { HttpEnv } from './env.ts'
import { expiresSoon } from './expires-soon.ts'
import { readForm, refuse, sendError } from './form-request.ts'
import { denialToWire } from './oauth-wire.ts'
import { jsonReply, noStore } from './reply.ts'

const invalid = (fault: RequestFault): Denial => ({ reason: 'invalid_request', fault })

const readWanted = (
  parameters: ReadonlyMap<string, string>,
): Result<TokenRequest['wanted'], Denial> => {
  const resource = parameters.get('resource') ?? null
  const audience = parameters.get('audience') ?? null
  if (resource !== null && !isTargetIdentifier(resource)) return err({ reason: 'invalid_target' })
  const scope = parameters.get('scope')
  if (scope === undefined) return ok({ resource, audience, scope: null })
  const parsed = parseScope(scope)
  return parsed.ok
    ? ok({ resource, audience, scope: parsed.value })
    : err({ reason: 'invalid_scope' })
}

/** What counts of a request beside its form. */
interface Beside extends Pick<TokenRequest, 'dpop'> {
  readonly authorization: string | undefined
  readonly loopback: boolean
}

// Of our own name and never of the Host header, which whoever replays a proof writes himself.
const readProof = (c: Context<HttpEnv>): TokenRequest['dpop'] => {
  const proof = c.req.header('dpop')
  const url = `${c.env.gatehouse.config.issuerUrl}${c.req.path}`
  return proof === undefined ? null : { proof, method: c.req.method, url }
}

const readRequest = (
  parameters: ReadonlyMap<string, string>,
  { authorization, dpop, loopback }: Beside,
): Result<TokenRequest, Denial> => {
  const grantType = parameters.get('grant_type')
  if (grantType === undefined) return err(invalid('missing_grant_type'))
  const client = readClient(authorization, parameters, { loopback })
  if (!client.ok) return err(invalid(client.error))
  const wanted = readWanted(parameters)
  if (!wanted.ok) return wanted
  return ok({ grantType, ...client.value, wanted: wanted.value, dpop, parameters })
}

/** `POST /oauth/token`: parses the request, calls `answer`, and says what came of it. */
export const tokenEndpoint = async (c: Context<HttpEnv>): Promise<Response> => {
  const parameters = await readForm(c, 'token_refused')
  if (!parameters.ok) return parameters.error
  const request = readRequest(parameters.value, {
    authorization: c.req.header('authorization'),
    dpop: readProof(c),
    loopback: c.env.gatehouse.loopback,
  })
  if (!request.ok) return refuse(c, 'token_refused', request.error)
  const { gatehouse, decisionId } = c.env
  const answered = await answer(gatehouse, request.value, decisionId)
  if (!answered.ok) {
    const { denial, grant } = answered.error
    return sendError(denialToWire(denial, grant?.refusedAs ?? 'invalid_request', decisionId))
  }
  const { issued, grant } = answered.value
  const exchange = grant.type.endsWith('token-exchange')
  const body = {
    access_token: issued.accessToken,
    token_type: issued.type,
    expires_in: issued.expiresIn,
    scope: issued.scope,
    ...(exchange && { issued_token_type: accessTokenType }),
  }
  return jsonReply(200, body, { ...noStore, ...expiresSoon(issued.credential, gatehouse.nowMs) })
}
