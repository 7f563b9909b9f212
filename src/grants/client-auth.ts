import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { type ClientFault, clientRefused, type Denial } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { digest } from '../crypto/digest.ts'
import { type HashedSecret, hashUnderEach, isStoredAs } from '../crypto/secret-hash.ts'
import { type ClientCredential, evidenceOf, type Proof, type Refused, refusal } from './grant.ts'
import { authenticateKey } from './key-assertion.ts'

const refused = (fault: ClientFault): Result<never, Refused> => err(refusal(clientRefused(fault)))

// As many as an account can have. So many digests are always compared, of nothing if need be: neither
// the number of secrets nor the absence of the account shows in the time it takes (R21).
const maxSecrets = 2

type Presented = Extract<ClientCredential, { kind: 'secret' }>
type Stored = AccountConfig['secrets'][number]

// The configuration may be read twice for one request. Its secret is hashed once all the same, or
// that an isolate remembers an account would show in the time it takes to refuse it.
const hashed = new WeakMap<Presented, Promise<readonly HashedSecret[]>>()

const hashOnce = (context: Context, presented: Presented): Promise<readonly HashedSecret[]> => {
  const known = hashed.get(presented)
  if (known) return known
  const forms = hashUnderEach(presented.secret, context.config.secretPeppers)
  hashed.set(presented, forms)
  return forms
}

const authenticateSecret = async (
  context: Context,
  config: AccountConfig,
  presented: Presented,
): Promise<Result<Proof, Refused>> => {
  const { method } = presented
  const forms = await hashOnce(context, presented)
  let matched: Stored | undefined
  for (let i = 0; i < Math.max(maxSecrets, config.secrets.length); i++) {
    const stored = config.secrets[i]
    if (isStoredAs(forms, stored ?? null)) matched = stored
  }
  const { account } = config
  if (account === null) return refused('unknown_client')
  if (matched === undefined) return refused('wrong_secret')
  if (matched.expiresAt <= context.nowMs) return refused('expired_secret')
  if (!account.clientCredentials) return refused('credentials_off')
  if (account.authMethod !== null && account.authMethod !== method) {
    return refused('unregistered_method')
  }
  return ok({ credential: matched, assertion: null })
}

const authenticate = async (
  context: Context,
  config: AccountConfig,
  credential: ClientCredential,
): Promise<Result<Proof, Refused>> => {
  switch (credential.kind) {
    case 'none':
      return refused('no_credential')
    case 'malformed':
      return refused('malformed_credential')
    // A platform's token authenticates a client only where it is also what is judged.
    case 'federated_assertion':
      return refused('unsupported_assertion')
    case 'key_assertion':
      return authenticateKey(context, config, credential)
    case 'secret':
      return authenticateSecret(context, config, credential)
  }
}

/**
 * Authenticates a client by what it presented (RFC 6749 §2.3): how it proved who it is, or a denial
 * that is the same to every caller whatever its cause.
 */
export const authenticateClient = async (
  context: Context,
  config: AccountConfig,
  credential: ClientCredential,
): Promise<Result<Proof, Refused>> => {
  const proof = await authenticate(context, config, credential)
  if (!proof.ok) return proof
  const enabled = config.account?.enabled === true
  if (enabled && config.namespaceEnabled) return proof
  const denial = clientRefused(enabled ? 'suspended' : 'disabled')
  return err({ denial, evidence: evidenceOf(config, proof.value) })
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
