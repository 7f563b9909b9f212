import type { Context } from '../../context.ts'
import type { Author } from '../../core/audit-actor.ts'
import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import { redactText } from '../../core/redact.ts'
import { commitRefusal, countRecentEvents } from '../../store/audit/allowance.ts'
import { inNameOf } from '../../store/db.ts'

/** A call as the trail names it. */
export interface NamedCall {
  /** The operation. */
  readonly action: string
  readonly requestId: string
  readonly userAgent: string | null
}

const maxUserAgent = 256

/** The context of a call, in which every change is made in the actor's name. */
export const actingAs = (
  context: Context,
  { account, bindings }: Actor,
  call: NamedCall,
): Context => {
  const { id, clientId, name, tenantId } = account
  const eventsPerMinute = context.config.changesPerMinute
  const author: Author = {
    ...call,
    actor: { type: 'service_account', id, clientId, name, tenantId, bindings, eventsPerMinute },
    // Cut after it was looked through: the beginning of a secret does not look like one.
    userAgent: call.userAgent && redactText(call.userAgent).slice(0, maxUserAgent),
    source: redactText(context.source),
    nowMs: context.nowMs,
  }
  return { ...context, db: inNameOf(context.db, author) }
}

/** How many more events the actor may leave in the trail in this minute. */
export interface Allowance {
  readonly changes: number
  /** Of them, how many may be of refused calls. */
  readonly refusals: number
}

// Refusals cost the caller nothing, and each takes a place in a chain that others wait for.
const refusalsPerMinute = ({ config }: Context): number =>
  Math.max(1, Math.floor(config.changesPerMinute / 10))

/** Counts what the actor has left in the last minute. */
export const allowanceOf = async (context: Context, { account }: Actor): Promise<Allowance> => {
  const { all, refused } = await countRecentEvents(context.db, account.id, context.nowMs)
  const changes = Math.max(0, context.config.changesPerMinute - all)
  return { changes, refusals: Math.min(changes, refusalsPerMinute(context) - refused) }
}

/** A call that was refused. */
export interface RefusedCall {
  readonly problem: Problem
  /** The id in the path, whatever it names. */
  readonly target: string | null
  readonly asked: { readonly method: string; readonly path: string }
}

/**
 * Leaves an event of a refused call in the chain of the actor's own tenant: what was asked for may be
 * nowhere, or somebody else's (R37). Says false when there were too many of them.
 */
export const recordRefusal = (
  context: Context,
  { account }: Actor,
  { problem, target, asked }: RefusedCall,
): Promise<boolean> => {
  const details = { ...asked, detail: problem.detail }
  return commitRefusal(
    context.db,
    { place: account, happening: { target, details, reason: problem.slug } },
    { actorId: account.id, atMost: refusalsPerMinute(context) },
  )
}
