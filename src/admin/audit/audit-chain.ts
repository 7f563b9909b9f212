import type { Context } from '../../context.ts'
import { type ChainHead, noHead } from '../../core/audit-event.ts'
import { lineOf } from '../../core/chain.ts'
import { type Actor, holdsAdmin } from '../../core/holding.ts'
import { dayMs } from '../../core/lifetime.ts'
import { rootPath } from '../../core/namespace.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { EventFilter } from '../../store/audit/event-rows.ts'
import { hasChain, readChain } from '../../store/audit/trail-queries.ts'
import { findNamespace, findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { refuseUnless } from '../actor.ts'
import { seesPlatform } from './audit-events.ts'
import { type Verification, verifyChain } from './verify-chain.ts'

const reading = 'audit-events:read'

// A tenant that is gone is known by its id alone, and its chain belongs to the house.
const pathOf = async ({ db }: Context, tenant: string): Promise<[string, string] | null> => {
  const byPath = tenant.startsWith('/')
  const found = await (byPath ? findNamespaceByPath : findNamespace)(db, tenant)
  if (found !== undefined) return found.tenantId === found.id ? [found.id, found.path] : null
  if (byPath || !(await hasChain(db, tenant))) return null
  return [tenant, rootPath]
}

/** Finds the chain of a tenant, which only whoever may read all of that tenant has as a whole. */
const findChain = async (
  context: Context,
  actor: Actor,
  tenant = actor.account.tenantId,
): Promise<Result<string, Problem>> => {
  const found = await pathOf(context, tenant)
  if (found === null) return err(notFound)
  const [tenantId, path] = found
  const isOwn = tenantId === actor.account.tenantId
  if (!isOwn && !holdsAdmin(actor, reading, path)) return err(notFound)
  const refused = refuseUnless(actor, reading, path)
  return refused ? err(refused) : ok(tenantId)
}

/** Which part of a chain is wanted as it is. */
export interface ExportQuery extends EventFilter {
  readonly tenant?: string | undefined
  /** The first that is wanted. */
  readonly sinceSequence: number
  readonly limit: number
}

/** Lines of an export, and where it goes on; null at the end. */
export interface Exported {
  readonly lines: readonly string[]
  readonly tenantId: string
  readonly nextSequence: number | null
}

/** Exports a part of a chain, one line for each event, as it was hashed. */
export const exportChain = async (
  context: Context,
  actor: Actor,
  { tenant, sinceSequence, limit, ...filter }: ExportQuery,
): Promise<Result<Exported, Problem>> => {
  const chain = await findChain(context, actor, tenant)
  if (!chain.ok) return chain
  const part = { tenantId: chain.value, after: sinceSequence - 1, limit: limit + 1 }
  const search = { filter, seesPlatform: seesPlatform(actor) }
  const events = await readChain(context.db, part, search)
  return ok({
    lines: events.slice(0, limit).map(lineOf),
    tenantId: chain.value,
    nextSequence: events[limit]?.sequence ?? null,
  })
}

/** From where on a chain is to be verified, and what is known of it from elsewhere. */
export interface VerifyQuery {
  readonly tenant?: string | undefined
  readonly fromSequence?: number | undefined
  readonly previousHash?: string | undefined
  readonly expectSequence?: number | undefined
  readonly expectHash?: string | undefined
}

// The reading of a part, or of a minute's decisions, may take its time.
const leastMs = 3000

const halves = problem(
  'validation-failed',
  'from_sequence goes with previous_hash, and expect_sequence with expect_hash',
)

const isHalf = (one: unknown, other: unknown): boolean =>
  (one === undefined) !== (other === undefined)

const headOf = ({ fromSequence, previousHash }: VerifyQuery): ChainHead =>
  fromSequence === undefined || previousHash === undefined
    ? noHead
    : { sequence: fromSequence - 1, hash: previousHash }

const anchorOf = ({ expectSequence: sequence, expectHash: hash }: VerifyQuery): ChainHead | null =>
  sequence === undefined || hash === undefined ? null : { sequence, hash }

/** Verifies a chain from a place on, as far as the time of one call goes. */
export const verify = async (
  context: Context,
  actor: Actor,
  query: VerifyQuery,
): Promise<Result<Verification, Problem>> => {
  const chain = await findChain(context, actor, query.tenant)
  if (!chain.ok) return chain
  if (
    isHalf(query.fromSequence, query.previousHash) ||
    isHalf(query.expectSequence, query.expectHash)
  ) {
    return err(halves)
  }
  return ok(
    await verifyChain(context.db, {
      tenantId: chain.value,
      from: headOf(query),
      anchor: anchorOf(query),
      keptFromMs: context.nowMs - context.config.decisionDays * dayMs,
      mayGoOn: () => context.remainingMs() > leastMs,
    }),
  )
}
