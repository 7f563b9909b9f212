import type { Context } from '../../context.ts'
import type { WantedLife } from '../../core/credential-life.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  deleteNamedToken,
  renameNamedToken,
  replaceNamedToken,
} from '../../store/credentials/named-token-changes.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'
import { changedMeanwhile } from '../visible.ts'
import { type CredentialKey, changeable } from './access.ts'
import { find, type NamedTokenRow, type ShownToken, tokenNameTaken } from './named-tokens.ts'
import { daysOf, makeToken } from './new-named-token.ts'

const current = async (
  context: Context,
  actor: Actor,
  key: CredentialKey,
): Promise<Result<{ owner: AccountRecord; token: NamedTokenRow }, Problem>> => {
  const owner = await changeable(context, actor, key.accountId)
  if (!owner.ok) return owner
  const token = await find(context, actor, key)
  return token.ok ? ok({ owner: owner.value, token: token.value }) : token
}

/** What of a named token can be changed; its value and its API stay. */
export type TokenNames = Partial<Pick<NamedTokenRow, 'name' | 'displayName'>>

/** Renames a token. */
export const rename = async (
  context: Context,
  actor: Actor,
  { names, ...key }: CredentialKey & { readonly names: TokenNames },
): Promise<Result<NamedTokenRow, Problem>> => {
  const found = await current(context, actor, key)
  if (!found.ok) return found
  const { owner, token } = found.value
  const renamed = { ...token, ...names }
  const outcome = await renameNamedToken(context.db, renamed, owner)
  if (outcome.kind === 'done') return ok(renamed)
  return err(outcome.kind === 'guard' ? notFound : tokenNameTaken)
}

/**
 * Gives a token a new value; the previous one is dead at once. Of two at a time one wins, so that
 * nobody holds a value that was never good.
 */
export const regenerate = async (
  context: Context,
  actor: Actor,
  { life, ...key }: CredentialKey & { readonly life: WantedLife },
): Promise<Result<ShownToken, Problem>> => {
  const found = await current(context, actor, key)
  if (!found.ok) return found
  const { owner, token } = found.value
  const made = await makeToken(context, owner, { life, usualDays: daysOf(token) })
  if (!made.ok) return made
  const { clear, value, ceiling } = made.value
  const replaced = { ...token, ...value, lastUsedAt: null, lastUsedFrom: null }
  const judged = { owner, ceiling, hash: token.hash }
  const outcome = await replaceNamedToken(context.db, replaced, judged)
  return outcome.kind === 'done' ? ok({ clear, token: replaced }) : err(changedMeanwhile)
}

/** Deletes a token; it is dead at once, and another may take its name. */
export const remove = async (
  context: Context,
  actor: Actor,
  key: CredentialKey,
): Promise<Result<null, Problem>> => {
  const found = await current(context, actor, key)
  if (!found.ok) return found
  const { owner, token } = found.value
  await deleteNamedToken(context.db, token, owner)
  return ok(null)
}
