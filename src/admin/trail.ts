import type { Context } from '../context.ts'
import type { Author } from '../core/audit-actor.ts'
import type { Actor } from '../core/holding.ts'
import type { Problem } from '../core/problem.ts'
import { inNameOf } from '../store/db.ts'
import { commit, countRecentEvents } from '../store/trail.ts'

/** A call as the trail names it. */
export interface NamedCall {
  /** The operation. */
  readonly action: string
  readonly requestId: string
  readonly userAgent: string | null
}

const maxUserAgent = 256

/** The context of a call, in which every change is made in the actor's name. */
export const actingAs = (context: Context, { account }: Actor, call: NamedCall): Context => {
  const { id, clientId, name, tenantId } = account
  const author: Author = {
    ...call,
    actor: { type: 'service_account', id, clientId, name, tenantId },
    userAgent: call.userAgent?.slice(0, maxUserAgent) ?? null,
    source: context.source,
    nowMs: context.nowMs,
  }
  return { ...context, db: inNameOf(context.db, author) }
}

/** How many more events the actor may leave in the trail in this minute. */
export const eventsLeft = async (
  { db, config, nowMs }: Context,
  { account }: Actor,
): Promise<number> =>
  Math.max(0, config.changesPerMinute - (await countRecentEvents(db, account.id, nowMs)))

/**
 * Leaves an event of a refused call in the chain of the actor's own tenant: what was asked for may be
 * nowhere, or somebody else's (R37).
 */
export const recordRefusal = async (
  { db }: Context,
  { account }: Actor,
  {
    problem,
    target,
    asked,
  }: {
    readonly problem: Problem
    /** The id in the path, whatever it names. */
    readonly target: string | null
    readonly asked: { readonly method: string; readonly path: string }
  },
): Promise<void> => {
  const details = { ...asked, detail: problem.detail }
  await commit(db, { place: account, happening: { target, details, reason: problem.slug } }, [])
}
