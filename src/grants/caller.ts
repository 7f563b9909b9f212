import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { clientRefused, type Denial } from '../core/denial.ts'
import { rememberUntil } from '../core/lifetime.ts'
import { err, ok, type Result } from '../core/result.ts'
import { spendAssertion } from '../store/credentials/spent-assertions.ts'
import { freshConfig } from '../store/exchange/account-configs.ts'
import { authenticateClient, countFailedSecret } from './client-auth.ts'
import type { ClientCredential, Proof, ProvenAssertion } from './grant.ts'
import { noteUsed } from './last-use.ts'

/** A client that proved who it is, as of now. */
export interface Caller {
  readonly config: AccountConfig
  readonly proof: Proof
}

const spend = ({ db }: Context, { identity, expiresAt }: ProvenAssertion): Promise<boolean> =>
  spendAssertion(db, { identity, rememberUntil: rememberUntil(expiresAt) })

/**
 * Authenticates a client at an endpoint that issues nothing (RFC 7662 §2.1, RFC 7009 §2.1), and
 * spends its assertion if that is how it came, unless the endpoint refuses it all the same. The
 * configuration is always read: without a claim, nothing else would say that a remembered one still
 * stands.
 */
export const authenticateCaller = async (
  context: Context,
  client: { readonly clientId: string | null; readonly credential: ClientCredential },
  refuse: (config: AccountConfig) => Denial | null = () => null,
): Promise<Result<Caller, Denial>> => {
  const { clientId, credential } = client
  if (clientId === null) return err(clientRefused('unnamed_client'))
  const { config } = await freshConfig(context.db, clientId, null)
  const proof = await authenticateClient(context, config, credential)
  if (!proof.ok) {
    const { denial } = proof.error
    const guessed = credential.kind === 'secret'
    return err(guessed ? await countFailedSecret(context, clientId, denial) : denial)
  }
  const refused = refuse(config)
  if (refused !== null) return err(refused)
  const { assertion, credential: used } = proof.value
  if (assertion !== null && !(await spend(context, assertion))) {
    return err(clientRefused('assertion_reused'))
  }
  noteUsed(context, used)
  return ok({ config, proof: proof.value })
}
