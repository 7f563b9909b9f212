import type { Context } from '../../context.ts'
import type { WantedLife } from '../../core/credential-life.ts'
import type { Actor } from '../../core/holding.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { isWithin } from '../../core/service-account.ts'
import { newId } from '../../crypto/random.ts'
import { addNamedToken, maxNamedTokens } from '../../store/credentials/named-token-changes.ts'
import {
  findNamedToken,
  listNamedTokens,
  type NamedTokenRow,
} from '../../store/credentials/named-tokens.ts'
import { findVisibleServers } from '../../store/resource-servers.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'
import { changedMeanwhile } from '../visible.ts'
import { type CredentialKey, changeable, readable } from './access.ts'
import { defaultTokenDays, makeToken } from './new-named-token.ts'

export type { NamedTokenRow } from '../../store/credentials/named-tokens.ts'

/** What a new named token is made of. */
export interface NewNamedToken {
  readonly accountId: string
  readonly name: string
  readonly displayName: string | null
  readonly resourceServerId: string
  readonly life: WantedLife
}

/** A named token just made or given a new value; in clear here, and only here. */
export interface ShownToken {
  readonly clear: string
  readonly token: NamedTokenRow
}

/** Lists an account's named tokens, oldest first, never their values. There is one page. */
export const list = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<readonly NamedTokenRow[], Problem>> => {
  const account = await readable(context, actor, accountId)
  return account.ok ? ok(await listNamedTokens(context.db, accountId)) : account
}

/** Finds one named token of an account. */
export const find = async (
  context: Context,
  actor: Actor,
  { accountId, id }: CredentialKey,
): Promise<Result<NamedTokenRow, Problem>> => {
  const account = await readable(context, actor, accountId)
  if (!account.ok) return account
  const token = await findNamedToken(context.db, { id, serviceAccountId: accountId })
  return token === undefined ? err(notFound) : ok(token)
}

/** The problem of a token whose name is not free. */
export const tokenNameTaken = problem(
  'name-taken',
  'the account has a named token of this name already',
)

// The account need not hold a role for the API yet, but it must be one that it may ever reach.
const refuseServer = async (
  { db }: Context,
  account: AccountRecord,
  id: string,
): Promise<Problem | null> => {
  const [visible] = await findVisibleServers(db, account.namespacePath, [id])
  const reachable = visible !== undefined && isWithin(account, id)
  return reachable ? null : invalidReference('/resource_server_id')
}

const refusals: readonly Problem[] = [
  changedMeanwhile,
  invalidReference('/resource_server_id'),
  problem('quota-exceeded', `an account has at most ${maxNamedTokens} named tokens; delete one`),
]

/** Makes a named token for one API; whoever calls must hold all that the account holds. */
export const create = async (
  context: Context,
  actor: Actor,
  { accountId, life, ...wanted }: NewNamedToken,
): Promise<Result<ShownToken, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  const owner = account.value
  const unfit = await refuseServer(context, owner, wanted.resourceServerId)
  if (unfit) return err(unfit)
  const made = await makeToken(context, owner, { life, usualDays: defaultTokenDays })
  if (!made.ok) return made
  const { clear, value, ceiling } = made.value
  const token: NamedTokenRow = {
    ...wanted,
    ...value,
    id: newId('tok', context.nowMs),
    serviceAccountId: accountId,
    lastUsedAt: null,
    lastUsedFrom: null,
  }
  const outcome = await addNamedToken(context.db, token, { owner, ceiling })
  if (outcome.kind === 'done') return ok({ clear, token })
  if (outcome.kind === 'constraint') return err(tokenNameTaken)
  return err(refusals[outcome.index] ?? changedMeanwhile)
}
