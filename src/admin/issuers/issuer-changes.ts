import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  deleteIssuer,
  findIssuer,
  type IssuerFields,
  type StoredIssuer,
  updateIssuer,
} from '../../store/issuers.ts'
import type { Saved, SaveMode } from '../pending/change-requests.ts'
import {
  changedMeanwhile,
  refuseStale,
  refuseUnlessOwner,
  refuseVisibleChange,
} from '../visible.ts'
import { askForIssuer } from './issuer-approval.ts'
import { refuseKeyPlaces, refuseUrl } from './issuer-draft.ts'
import { checkKeys, keepKeys, refuseAlgorithms } from './issuer-keys.ts'

const guarded = (path: string) => ({ path, read: 'issuers:read', write: 'issuers:write' }) as const

/** Names an issuer and, if the caller cares, the version it has read. */
export interface IssuerVersion {
  readonly id: string
  readonly ifMatch: number | null
}

/** Finds an issuer that the actor may change or delete. */
export const findChangeable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: IssuerVersion,
): Promise<Result<StoredIssuer, Problem>> => {
  const issuer = await findIssuer(context.db, id)
  if (issuer === undefined) return err(notFound)
  const refused =
    refuseVisibleChange(actor, guarded(issuer.namespacePath)) ??
    refuseUnlessOwner(actor, issuer.namespacePath) ??
    refuseStale(ifMatch, issuer.version)
  return refused ? err(refused) : ok(issuer)
}

/** Changes an issuer; keys from another place are checked like those of a new one. */
export const update = async (
  context: Context,
  actor: Actor,
  {
    changes,
    approving,
    ...which
  }: IssuerVersion & Pick<SaveMode, 'approving'> & { readonly changes: Partial<IssuerFields> },
): Promise<Result<Saved<StoredIssuer>, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const changed = { ...found.value, ...changes, version: found.value.version + 1 }
  const refused =
    refuseAlgorithms(changed.algorithms) ??
    // Keys that were inline until now may come from a URL that must not be fetched from.
    refuseUrl(changed, context) ??
    refuseKeyPlaces(changed, context.presets.get(changed.preset ?? '') ?? null)
  if (refused) return err(refused)
  const moved = changes.jwks !== undefined || changes.jwksUri !== undefined
  const keys = moved ? await checkKeys(context, changed) : ok(null)
  if (!keys.ok) return keys
  const { name, enabled, algorithms, maxTokenAgeSeconds, replay, jwks, jwksUri } = changed
  const fields = { name, enabled, algorithms, maxTokenAgeSeconds, replay, jwks, jwksUri }
  const mode = approving === undefined ? {} : { approving }
  const judged = { before: found.value, after: changed, mode, wanted: changes }
  const asked = await askForIssuer(context, actor, judged)
  if (!asked.ok) return asked
  if (asked.value.waits) return ok({ kind: 'pending', change: asked.value.change })
  const { beside } = asked.value
  const outcome = await updateIssuer(context.db, found.value, { changes: fields, beside })
  if (outcome.kind !== 'done') return err(changedMeanwhile)
  keepKeys(context, changed, keys.value)
  return ok({ kind: 'saved', value: changed })
}

/** Deletes an issuer. Policies that name it match nothing from then on. */
export const remove = async (
  context: Context,
  actor: Actor,
  which: IssuerVersion,
): Promise<Result<null, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const outcome = await deleteIssuer(context.db, found.value)
  return outcome.kind === 'done' ? ok(null) : err(changedMeanwhile)
}
