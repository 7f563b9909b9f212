import type { Context } from '../context.ts'
import type { AccountConfig, NamedTokenDigest } from '../core/account-config.ts'
import { type Denial, subjectRefused } from '../core/denial.ts'
import { liveAccount } from '../core/judgement.ts'
import { err, ok, type Result } from '../core/result.ts'
import { isNamedToken } from '../core/secret-text.ts'
import type { ServiceAccount } from '../core/service-account.ts'
import { grantScope, holdingsOf, ownTarget } from '../core/target.ts'
import { type HashedSecret, hashUnderEach } from '../crypto/secret-hash.ts'
import {
  type Authorization,
  type Judge,
  type Presented,
  type Refused,
  refusal,
  unprovenToken,
} from './grant.ts'

const sameDigest = (stored: HashedSecret, presented: HashedSecret): boolean =>
  stored.hash === presented.hash && stored.pepperVersion === presented.pepperVersion

const findToken = (
  { namedTokens }: AccountConfig,
  digests: readonly HashedSecret[],
): NamedTokenDigest | undefined =>
  namedTokens.find((stored) => digests.some((presented) => sameDigest(stored, presented)))

const authorize = (
  config: AccountConfig,
  { account, token }: { readonly account: ServiceAccount; readonly token: NamedTokenDigest },
  { request: { wanted }, grantType }: Presented,
): Result<Authorization, Refused> => {
  if (!account.grantTypes.includes(grantType)) {
    return err(refusal({ reason: 'unauthorized_client' }))
  }
  // Its own API and no other: what else the account may reach is out of this token's reach.
  const target = ownTarget(config, token.resourceServerId, wanted)
  if (!target.ok) return err(refusal({ reason: 'invalid_target' }))
  const granted = grantScope(holdingsOf(config, target.value), wanted.scope, null)
  if (!granted.ok) return err(refusal({ reason: 'invalid_scope' }))
  return ok({
    account,
    target: target.value,
    granted: granted.value,
    federated: null,
    namedToken: token,
  })
}

/**
 * Judges a named long-lived token of ours: one of this account's, living, for its own API. Every
 * refusal looks like that of any other subject token; whatever is presented, the work is the same.
 */
export const judgeNamedToken = (context: Context, presented: Presented): Result<Judge, Denial> => {
  const { token: text } = presented
  if (!isNamedToken(text)) return err(subjectRefused('no_named_token'))
  const digests = hashUnderEach(text, context.config.secretPeppers)
  return ok(async (config) => {
    const token = findToken(config, await digests)
    const account = liveAccount(config)
    if (!account.ok) return unprovenToken(account.error)
    if (token === undefined) return unprovenToken('unknown_named_token')
    if (token.expiresAt <= context.nowMs) return unprovenToken('expired_named_token')
    return authorize(config, { account: account.value, token }, presented)
  })
}
