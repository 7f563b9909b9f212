import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { placesOf } from '../../core/holding.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { findVisibleIssuer } from '../../store/issuers.ts'
import {
  deletePairingCode,
  findPairingCode,
  listPairingCodes,
  type PairingCode,
} from '../../store/pairing/pairing-codes.ts'
import { findAccount } from '../../store/service-accounts.ts'
import { refuseChange, refuseReading } from '../actor.ts'
import { type Page, readPage, type SubtreeQuery, toPage } from '../page.ts'
import { isUsable, type Proposal, propose, proposeNothing } from '../policies/suggestions.ts'

export type { PairingCode } from '../../store/pairing/pairing-codes.ts'

const collection = 'pairing-codes'
const read = 'trust-policies:read'
const write = 'trust-policies:write'

/** A code as it is now, and what is proposed for the job that used it. */
export interface PairedCode {
  readonly code: PairingCode
  /** Null: no job has used it. */
  readonly proposal: Proposal | null
}

/** Lists the codes that the actor may see, used or not. */
export const list = async (
  context: Context,
  actor: Actor,
  query: SubtreeQuery,
): Promise<Result<Page<PairingCode>, Problem>> => {
  const page = await readPage(context, actor, query, collection)
  if (!page.ok) return page
  const rows = await listPairingCodes(context.db, {
    places: placesOf(actor, read),
    within: query.namespace,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection }))
}

const proposalFor = async (
  context: Context,
  { namespacePath: path, serviceAccountId, issuer: url, claims }: PairingCode,
): Promise<Proposal | null> => {
  if (url === null || claims === null) return null
  const [account, issuer] = await Promise.all([
    serviceAccountId === null ? null : findAccount(context.db, serviceAccountId),
    findVisibleIssuer(context.db, path, url),
  ])
  const seat = { path, account: account ?? null }
  // It was there when the token was verified; the claims stay true.
  if (!isUsable(context, issuer)) return { ...proposeNothing(seat, 'unknown_issuer'), claims }
  return propose(context, seat, { issuer, claims, timeReason: null })
}

/** Finds one code that the actor may see, with what is proposed for the job that used it. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<PairedCode, Problem>> => {
  const code = await findPairingCode(context.db, id)
  if (code === undefined) return err(notFound)
  const refused = refuseReading(actor, read, code.namespacePath)
  return refused ? err(refused) : ok({ code, proposal: await proposalFor(context, code) })
}

/** Ends a code at once, with what a job has shown. */
export const remove = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<null, Problem>> => {
  const code = await findPairingCode(context.db, id)
  if (code === undefined) return err(notFound)
  const refused = refuseChange(actor, { path: code.namespacePath, read, write })
  if (refused) return err(refused)
  const outcome = await deletePairingCode(context.db, code)
  return outcome.kind === 'done' ? ok(null) : err(notFound)
}
