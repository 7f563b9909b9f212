import type { Context } from '../../context.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import {
  addIssuer,
  findIssuer,
  isTaken,
  listIssuers,
  maxIssuers,
  type StoredIssuer,
} from '../../store/issuers.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { mayReadVisible } from '../actor.ts'
import { type Page, readPage, type SubtreeQuery, toPage } from '../page.ts'
import type { Saved, SaveMode } from '../pending/change-requests.ts'
import { changedMeanwhile, refuseMaking, refuseUnlessOwner } from '../visible.ts'
import { askForIssuer } from './issuer-approval.ts'
import { completeIssuer, type IssuerDraft } from './issuer-draft.ts'
import { checkKeys, keepKeys, refuseAlgorithms } from './issuer-keys.ts'

export type { StoredIssuer } from '../../store/issuers.ts'

const guarded = (path: string) => ({ path, read: 'issuers:read', write: 'issuers:write' }) as const

/** Lists the issuers that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: SubtreeQuery,
): Promise<Result<Page<StoredIssuer>, Problem>> => {
  const page = await readPage(context, actor, query, 'issuers')
  if (!page.ok) return page
  const rows = await listIssuers(context.db, {
    places: placesOf(actor, 'issuers:read'),
    within: query.namespace,
    name: query.name,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection: 'issuers' }))
}

/** Finds one issuer that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<StoredIssuer, Problem>> => {
  const issuer = await findIssuer(context.db, id)
  const readable =
    issuer !== undefined && mayReadVisible(actor, 'issuers:read', issuer.namespacePath)
  return readable ? ok(issuer) : err(notFound)
}

/** The refusal of a URL that is registered along the line already. */
export const urlTaken = problem(
  'issuer-exists',
  'this namespace, one above or one below has an issuer with this URL',
)

// By guard: the namespace, the URL along the line, the tenant's number.
const refusals: readonly Problem[] = [
  invalidReference('/namespace'),
  urlTaken,
  problem('quota-exceeded', `a tenant has at most ${maxIssuers} issuers`),
]

/** An issuer to be registered, perhaps because another owner asked for it. */
export type NewIssuer = IssuerDraft & Pick<SaveMode, 'approving'> & { readonly namespace: string }

/** Registers an issuer after its keys were fetched, or the inline ones checked. */
export const create = async (
  context: Context,
  actor: Actor,
  { namespace: path, approving, ...draft }: NewIssuer,
): Promise<Result<Saved<StoredIssuer>, Problem>> => {
  const refused = refuseMaking(actor, guarded(path)) ?? refuseUnlessOwner(actor, path)
  if (refused) return err(refused)
  const namespace = await findNamespaceByPath(context.db, path)
  if (namespace === undefined) return err(invalidReference('/namespace'))
  const complete = completeIssuer(context, draft)
  if (!complete.ok) return complete
  const issuer: StoredIssuer = {
    id: newId('iss', context.nowMs),
    ...complete.value,
    namespaceId: namespace.id,
    namespacePath: path,
    tenantId: namespace.tenantId,
    version: 1,
    createdAt: context.nowMs,
  }
  const unfit = refuseAlgorithms(issuer.algorithms)
  if (unfit) return err(unfit)
  // Before anybody's keys are fetched, or another owner is asked; the transaction decides again.
  if (await isTaken(context.db, issuer)) return err(urlTaken)
  const keys = await checkKeys(context, issuer)
  if (!keys.ok) return keys
  const mode = approving === undefined ? {} : { approving }
  const wanted = { namespace: path, ...draft }
  const asked = await askForIssuer(context, actor, { before: null, after: issuer, mode, wanted })
  if (!asked.ok) return asked
  if (asked.value.waits) return ok({ kind: 'pending', change: asked.value.change })
  const outcome = await addIssuer(context.db, issuer, asked.value.beside)
  if (outcome.kind === 'guard') return err(refusals[outcome.index] ?? changedMeanwhile)
  if (outcome.kind === 'constraint') return err(urlTaken)
  keepKeys(context, issuer, keys.value)
  return ok({ kind: 'saved', value: issuer })
}
