import type { Context } from '../../context.ts'
import type { WantedLife } from '../../core/credential-life.ts'
import type { Actor } from '../../core/holding.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { resetSecrets } from '../../store/credentials/secret-reset.ts'
import { changedMeanwhile } from '../visible.ts'
import { changeable } from './access.ts'
import { makeSecret, type ShownSecret, showWith } from './new-secret.ts'

/** What a reset is to do. */
export interface WantedReset {
  readonly accountId: string
  readonly life: WantedLife
  /** How long the newest of the others lives on; null: it ends at once. */
  readonly graceSeconds: number | null
  readonly rotateClientId: boolean
}

// An account has one client id. What still names the old one is a stranger at once, so a grace for
// its secret would be a promise that cannot be kept.
const oneClientId = problem(
  'validation-failed',
  'with a new client id the old pair ends at once: leave out grace_seconds or rotate_client_id',
  [{ pointer: '/rotate_client_id', detail: 'not together with grace_seconds' }],
)

/** Makes a new secret and ends all others, at once or after a grace, in one transaction. */
export const reset = async (
  context: Context,
  actor: Actor,
  { accountId, life, graceSeconds, rotateClientId }: WantedReset,
): Promise<Result<ShownSecret, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  if (rotateClientId && graceSeconds !== null) return err(oneClientId)
  const made = await makeSecret(context, accountId, life)
  if (!made.ok) return made
  const clientId = rotateClientId ? newId('cli', context.nowMs) : account.value.clientId
  const outcome = await resetSecrets(context.db, account.value, {
    secret: made.value.row,
    graceSeconds,
    clientId,
  })
  return outcome.kind === 'done'
    ? ok(showWith(made.value, { id: accountId, clientId }))
    : err(changedMeanwhile)
}
