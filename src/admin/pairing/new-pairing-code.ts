import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId, newPairingCode } from '../../crypto/random.ts'
import { hashSecret } from '../../crypto/secret-hash.ts'
import {
  addPairingCode,
  maxPairingCodes,
  type PairingCode,
} from '../../store/pairing/pairing-codes.ts'
import { findNamespaceByPath, placeOf } from '../../store/tree/namespaces.ts'
import type { WantedPlace } from '../policies/suggestions.ts'
import { changeable } from '../policies/trust-policies.ts'
import { refuseMaking } from '../visible.ts'

const tooMany = problem(
  'quota-exceeded',
  `a namespace has at most ${maxPairingCodes} pairing codes; delete one, or wait until some expire`,
)

const unknownAccount = invalidReference('/service_account_id')

/** A code in clear, which exists in one answer only, and as it is kept. */
export interface MadeCode {
  readonly clear: string
  readonly code: PairingCode
}

const seatOf = async (context: Context, actor: Actor, place: WantedPlace) => {
  if (place.kind === 'account') {
    const account = await changeable(context, actor, place.id)
    // It is named in the body: whose it is, and whether it exists, looks alike.
    if (!account.ok) return account.error === notFound ? err(unknownAccount) : account
    const { id, tenantId, namespaceId, namespacePath } = account.value
    return ok({ serviceAccountId: id, tenantId, namespaceId, namespacePath })
  }
  const { path } = place
  const refused = refuseMaking(actor, {
    path,
    read: 'trust-policies:read',
    write: 'trust-policies:write',
  })
  if (refused) return err(refused)
  const found = await findNamespaceByPath(context.db, path)
  if (found === undefined) return err(invalidReference('/namespace'))
  return ok({ serviceAccountId: null, ...placeOf(found) })
}

/**
 * Makes a code with which a job shows who it is. That is the first half of a policy, so it needs what
 * the policy will need: of an account, holding all that it holds.
 */
export const create = async (
  context: Context,
  actor: Actor,
  { place, expiresInSeconds }: { readonly place: WantedPlace; readonly expiresInSeconds: number },
): Promise<Result<MadeCode, Problem>> => {
  const seat = await seatOf(context, actor, place)
  if (!seat.ok) return seat
  const { db, config, nowMs } = context
  const clear = newPairingCode()
  const code: PairingCode = {
    id: newId('pair', nowMs),
    ...seat.value,
    ...(await hashSecret(clear, config.secretPeppers)),
    createdBy: actor.account.id,
    expiresAt: nowMs + expiresInSeconds * 1000,
    pairedAt: null,
    issuer: null,
    claims: null,
    createdAt: nowMs,
  }
  const outcome = await addPairingCode(db, code)
  if (outcome.kind === 'done') return ok({ clear, code })
  if (outcome.kind === 'guard' && outcome.index === 1) return err(tooMany)
  return err(place.kind === 'account' ? unknownAccount : invalidReference('/namespace'))
}
