import type { AccountConfig } from '../core/account-config.ts'
import { clientRefused } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { chooseTarget, grantScope, holdingsOf, type Wanted } from '../core/target.ts'
import { judgeFederatedClient } from './federated-client.ts'
import { type Authorization, type Grant, type Refused, refusal } from './grant.ts'

const authorize = (config: AccountConfig, wanted: Wanted): Result<Authorization, Refused> => {
  const { account } = config
  if (account === null) {
    return err(refusal(clientRefused('unknown_client')))
  }
  if (!account.grantTypes.includes(clientCredentials.type)) {
    return err(refusal({ reason: 'unauthorized_client' }))
  }
  const target = chooseTarget(config, wanted)
  if (!target.ok) return err(refusal({ reason: 'invalid_target' }))
  const granted = grantScope(holdingsOf(config, target.value), wanted.scope, null)
  if (!granted.ok) return err(refusal({ reason: 'invalid_scope' }))
  return ok({
    account,
    target: target.value,
    granted: granted.value,
    federated: null,
    namedToken: null,
  })
}

/** Client credentials (RFC 6749 §4.4): the client is the account, and has authenticated before. */
export const clientCredentials: Grant = {
  type: 'client_credentials',
  refusedAs: 'invalid_request',
  authenticates: true,
  prepare: (context, request) =>
    request.credential.kind === 'federated_assertion'
      ? judgeFederatedClient(context, request, request.credential.token)
      : ok(async (config) => authorize(config, request.wanted)),
}
