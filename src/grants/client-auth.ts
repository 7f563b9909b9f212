import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import type { ClientFault, Denial } from '../core/denial.ts'
import { digest } from '../crypto/digest.ts'
import { secretMatches } from '../crypto/secret-hash.ts'
import type { ClientCredential } from './grant.ts'

const refused = (fault: ClientFault): Denial => ({ reason: 'client_refused', fault })

// As many as an account can have. So many digests are always compared, of nothing if need be: neither
// the number of secrets nor the absence of the account shows in the time it takes (R21).
const maxSecrets = 2

const authenticateSecret = async (
  context: Context,
  config: AccountConfig,
  secret: string,
): Promise<Denial | null> => {
  const { secretPeppers } = context.config
  let matched: AccountConfig['secrets'][number] | undefined
  for (let i = 0; i < Math.max(maxSecrets, config.secrets.length); i++) {
    const stored = config.secrets[i]
    if (await secretMatches(secret, stored ?? null, secretPeppers)) matched = stored
  }
  if (config.account === null) return refused('unknown_client')
  if (matched === undefined) return refused('wrong_secret')
  if (matched.expiresAt <= context.nowMs) return refused('expired_secret')
  if (!config.account.clientCredentials) return refused('credentials_off')
  if (!config.account.enabled) return refused('disabled')
  return config.namespaceEnabled ? null : refused('suspended')
}

/**
 * Authenticates a client by what it presented (RFC 6749 §2.3). Null when it is who it says;
 * otherwise the denial, the same to every caller whatever its cause.
 */
export const authenticateClient = async (
  context: Context,
  config: AccountConfig,
  credential: ClientCredential,
): Promise<Denial | null> => {
  switch (credential.kind) {
    case 'none':
      return refused('no_credential')
    case 'malformed':
      return refused('malformed_credential')
    case 'assertion':
      return refused('unsupported_assertion')
    case 'secret':
      return authenticateSecret(context, config, credential.secret)
  }
}

/**
 * Counts a failed secret per client id as sent and source (R36). Answers what to say instead:
 * the same denial, or `rate_limited` once there were too many.
 */
export const countFailedSecret = async (
  context: Context,
  clientId: string,
  denial: Denial,
): Promise<Denial> => {
  const within = await context.countFailure(await digest('failed_secret', clientId, context.source))
  return within ? denial : { reason: 'rate_limited', retryAfterSeconds: 60 }
}
