import { type Context, nowSeconds } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { readIssuedToken } from '../core/issued-token.ts'
import { invalidReference, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { RevocationKind } from '../core/revocation.ts'
import { revokeTokens } from '../store/revoking/revocations.ts'
import { findNamespaceByPath, placeOf } from '../store/tree/namespaces.ts'
import { refuseUnless } from './actor.ts'
import { refuseMaking } from './visible.ts'

/** What is to be revoked: the living tokens of a subtree that a value names. */
export interface WantedRevocation {
  readonly namespace: string
  readonly by: RevocationKind
  readonly value: string
}

// Whoever may revoke there need not be able to read the tree; to all others it may not even be there.
const refuse = (actor: Actor, path: string): Problem | null => {
  const refused = refuseUnless(actor, 'tokens:revoke', path)
  return refused && refuseMaking(actor, { path, read: 'namespaces:read', write: 'tokens:revoke' })
}

// What has the wrong shape names nothing. Saying "0" to that would leave a leaked token alive.
const shapes: Readonly<Record<RevocationKind, readonly [RegExp, string]>> = {
  token: [
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'expected an access token of this gateway, or its jti; named tokens are deleted, or revoked at /oauth/revoke',
  ],
  account: [/^(sa|cli)_[0-9a-z]+$/, 'expected an id like sa_…, or a client id'],
  policy: [/^tp_[0-9a-z]+$/, 'expected an id like tp_…'],
  issuer: [/^(iss_[0-9a-z]+|https?:\/\/\S+)$/, 'expected an id like iss_…, or the issuer’s URL'],
  repository: [/^(?!https?:)\S+$/, 'expected a repository’s name or id, as in provenance'],
  sha: [/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a whole commit id, in lower case'],
  run: [/^\S+$/, 'expected a run’s id or URL, as in provenance'],
}

// A token says `tp_…@3`; all versions of a policy go together.
const nameOf = (by: RevocationKind, value: string): string => {
  if (by === 'token') return readIssuedToken(value)?.jti ?? value
  return by === 'policy' ? value.replace(/@[0-9]+$/, '') : value
}

/**
 * Revokes living tokens and says how many they were: of accounts at or below a namespace, whoever
 * else a value may name. What is unknown here and what is another tenant's are zero alike.
 */
export const create = async (
  context: Context,
  actor: Actor,
  { namespace, by, value }: WantedRevocation,
): Promise<Result<number, Problem>> => {
  const refused = refuse(actor, namespace)
  if (refused) return err(refused)
  const name = nameOf(by, value)
  const [shape, expected] = shapes[by]
  if (!shape.test(name)) {
    const errors = [{ pointer: '/value', detail: expected }]
    return err(problem('validation-failed', `this value names no ${by}`, errors))
  }
  const found = await findNamespaceByPath(context.db, namespace)
  if (found === undefined) return err(invalidReference('/namespace'))
  const now = nowSeconds(context)
  const revoked = await revokeTokens(context.db, { ...placeOf(found), by, value: name, now })
  context.log({ event: 'tokens_revoked', actor: actor.account.id, namespace, by, revoked })
  return ok(revoked)
}
