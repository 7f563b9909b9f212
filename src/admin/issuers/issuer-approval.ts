import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { PendingChange } from '../../core/pending-change.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import { issuerWords } from '../../core/widening/issuer.ts'
import { type Beside, nothingBeside } from '../../store/beside.ts'
import type { StoredIssuer } from '../../store/issuers.ts'
import {
  besideWidening,
  needsApproval,
  requestChange,
  type SaveMode,
} from '../pending/change-requests.ts'

/** An issuer that was judged, to be registered (`before` null) or changed. */
export interface JudgedIssuer {
  readonly before: StoredIssuer | null
  readonly after: StoredIssuer
  readonly mode: SaveMode
  /** As its author has sent it. */
  readonly wanted: unknown
}

/** How a save goes on: at once with something beside it, or as a change that waits. */
type Onward =
  | { readonly waits: false; readonly beside: Beside }
  | { readonly waits: true; readonly change: PendingChange }

/**
 * Leaves an issuer for another owner where one is demanded: whoever chooses keys can become every
 * account with a policy on them, and needs no wider policy.
 */
export const askForIssuer = async (
  context: Context,
  actor: Actor,
  { before, after, mode, wanted }: JudgedIssuer,
): Promise<Result<Onward, Problem>> => {
  const preset = context.presets.get(after.preset ?? '') ?? null
  const acceptsNow = issuerWords(before, after, preset)
  const path = after.namespacePath
  if (acceptsNow.length === 0 && mode.approving === undefined) {
    return ok({ waits: false, beside: nothingBeside })
  }
  if (!(await needsApproval(context, path, mode))) {
    return ok({ waits: false, beside: besideWidening(context, actor, { ...mode, path }) })
  }
  const change = await requestChange(context, actor, {
    tenantId: after.tenantId,
    namespaceId: after.namespaceId,
    namespacePath: path,
    action: before === null ? 'issuers.create' : 'issuers.update',
    serviceAccountId: null,
    targetId: before?.id ?? null,
    targetVersion: before?.version ?? null,
    wanted,
    acceptsNow,
    acceptsNoLonger: before === null ? [] : issuerWords(after, before, preset),
  })
  return change.ok ? ok({ waits: true, change: change.value }) : change
}
