import { type Context, nowSeconds } from '../context.ts'
import type { AccountConfig, ResourceServer } from '../core/account-config.ts'
import type { UnverifiedJwt } from '../core/compact-jwt.ts'
import { member } from '../core/json.ts'
import { type Bench, replayMode } from '../core/judgement.ts'
import type { ServiceAccount } from '../core/service-account.ts'
import { chooseTarget, type Wanted } from '../core/target.ts'
import type { ReplayMode } from '../core/trust-policy.ts'
import { digest } from '../crypto/digest.ts'

// A fresh token is nearly always new; asking for it would only make KV remember its absence.
const worthAskingSeconds = 60

/** The key under which the edge remembers a use: per token, or per token, account and target. */
export const spentKey = async (
  identity: string,
  mode: ReplayMode,
  use: { readonly account: ServiceAccount; readonly target: ResourceServer },
): Promise<string | null> => {
  if (mode === 'reusable') return null
  return mode === 'single_use' ? identity : digest(identity, use.account.id, use.target.id)
}

/** A token of which nothing has been proven, and the policies that may come to judge it. */
interface Question {
  readonly jwt: UnverifiedJwt
  readonly identity: string
  readonly config: AccountConfig
  readonly bench: Bench
  readonly wanted: Wanted
}

/**
 * Asks the edge whether a token is spent, beside the signature check. The answer counts only for
 * the policy that is chosen later, so every mode that may come up is asked for.
 */
export const askEdge = async (
  context: Context,
  { jwt, identity, config, bench, wanted }: Question,
): Promise<ReadonlySet<string>> => {
  const issuedAt = member(jwt.unverifiedClaims, 'iat')
  const age = typeof issuedAt === 'number' ? nowSeconds(context) - issuedAt : 0
  if (age <= worthAskingSeconds) return new Set()
  const target = chooseTarget(config, wanted)
  if (!target.ok) return new Set()
  const use = { account: bench.account, target: target.value }
  const modes = new Set(bench.policies.map((policy) => replayMode(policy, bench)))
  const keys = await Promise.all([...modes].map((mode) => spentKey(identity, mode, use)))
  return context.replay.seen(keys.filter((key) => key !== null))
}
