import type { Context } from '../../context.ts'
import type { Issuer } from '../../core/account-config.ts'
import { checkKeySetUrl } from '../../core/issuer-url.ts'
import { isJsonObject, type Json, type JsonObject, member } from '../../core/json.ts'
import { type Problem, type ProblemError, type ProblemSlug, problem } from '../../core/problem.ts'
import { verifiableAlgorithms } from '../../core/public-jwk.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type FetchedKeys, type FetchFault, fetchKeySet } from '../../crypto/key-fetch.ts'
import { rememberKeys } from '../../crypto/key-sets.ts'
import { readKeySet } from '../../crypto/usable-keys.ts'
import { urlProblem } from './issuer-draft.ts'

/** The problem with algorithms that no token can be verified by (R2). */
export const refuseAlgorithms = (algorithms: readonly string[]): Problem | null => {
  const errors = algorithms.flatMap((algorithm, i) =>
    verifiableAlgorithms.includes(algorithm)
      ? []
      : [{ pointer: `/algorithms/${i}`, detail: `expected of ${verifiableAlgorithms.join(' ')}` }],
  )
  return errors.length === 0
    ? null
    : problem('validation-failed', 'an algorithm cannot be used', errors)
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const privateParts = (key: Json, i: number): readonly ProblemError[] =>
  privateMembers
    .filter((name) => isJsonObject(key) && Object.hasOwn(key, name))
    .map((name) => ({ pointer: `/jwks/keys/${i}/${name}`, detail: 'send the public key only' }))

// A private key that reached us is no secret any more; it is neither kept nor shown.
const refuseInline = (jwks: JsonObject): Problem | null => {
  const keys = member(jwks, 'keys')
  const leaked = Array.isArray(keys) ? keys.flatMap(privateParts) : []
  if (leaked.length > 0) {
    return problem('validation-failed', 'the key set has private or symmetric keys', leaked)
  }
  const usable = readKeySet(jwks)?.keys.length ?? 0
  if (usable > 0) return null
  const detail = 'expected at least one public signature key (RSA of 2048 bits or more, EC, OKP)'
  return problem('validation-failed', 'the key set has no usable key', [
    { pointer: '/jwks/keys', detail },
  ])
}

const slugs: Readonly<Record<FetchFault['kind'], ProblemSlug>> = {
  unreachable: 'issuer-unreachable',
  garbage: 'issuer-unreachable',
  issuer_mismatch: 'issuer-mismatch',
  invalid_url: 'invalid-issuer',
}

const fetchProblem = ({ kind, url, detail }: FetchFault): Problem =>
  problem(slugs[kind], `${url} ${detail}; nothing was saved`)

/**
 * Checks an issuer's keys before it is saved: inline ones as they are, others by fetching them.
 * Answers with what was fetched, to be remembered once the issuer is saved; null for inline keys.
 */
export const checkKeys = async (
  context: Context,
  issuer: Issuer,
): Promise<Result<FetchedKeys | null, Problem>> => {
  if (issuer.jwks !== null) {
    const refused = refuseInline(issuer.jwks)
    return refused ? err(refused) : ok(null)
  }
  const source = context.keySets.sourceOf(issuer)
  const url = issuer.jwksUri === null ? null : checkKeySetUrl(issuer.jwksUri, source)
  if (url !== null && !url.ok) return err(urlProblem('/jwks_uri', url.error))
  const fetched = await fetchKeySet(context.keySets.fetcher, source)
  if (!fetched.ok) return err(fetchProblem(fetched.error))
  if (fetched.value.keySet.keys.length > 0) return fetched
  return err(problem('invalid-issuer', `the key set of ${issuer.issuer} has no usable key`))
}

/** Makes what was fetched the first cached set of an issuer that is saved by now. */
export const keepKeys = (context: Context, issuer: Issuer, fetched: FetchedKeys | null): void => {
  if (fetched !== null) context.defer(rememberKeys(issuer, fetched, context.keySets))
}
