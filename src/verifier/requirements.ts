import { isAtOrBelow, isNamespacePath, rootPath } from '../core/namespace.ts'
import { isPublicIssuer } from '../core/public-issuers.ts'
import { isScopeToken } from '../core/scope.ts'
import { type Principal, type Provenance, provenanceFacts } from './principal.ts'
import { Refused } from './refused.ts'

/** What a route asks of a caller beyond a good token. Throws `Refused` when it is not met. */
export type Requirement = (principal: Principal) => void

const checkScopes = (scopes: readonly string[]): void => {
  if (scopes.length === 0) throw new TypeError('a requirement without a scope lets everybody in')
  const bad = scopes.find((scope) => typeof scope !== 'string' || !isScopeToken(scope))
  if (bad !== undefined) throw new TypeError(`${JSON.stringify(bad)} is not one scope`)
}

/** Asks for all of these scopes. */
export const requireScopes = (...scopes: readonly string[]): Requirement => {
  checkScopes(scopes)
  return (principal) => {
    if (scopes.every((scope) => principal.scopes.includes(scope))) return
    throw new Refused('insufficient_scope', { scopes })
  }
}

/** Asks for at least one of these scopes. */
export const requireAnyScope = (...scopes: readonly string[]): Requirement => {
  checkScopes(scopes)
  return (principal) => {
    if (scopes.some((scope) => principal.scopes.includes(scope))) return
    throw new Refused('insufficient_scope', { scopes })
  }
}

/** Asks for rights in a namespace: a grant holds where it was given and below, by whole segments. */
export const requireNamespace = (namespace: string, ...actions: readonly string[]): Requirement => {
  checkScopes(actions)
  // One that comes from a path of the request is text of the caller's: what is no namespace is held
  // by nobody.
  const exists = namespace === rootPath || isNamespacePath(namespace)
  return ({ grants }) => {
    const holds = (action: string): boolean =>
      grants.some(
        (grant) => grant.actions.includes(action) && isAtOrBelow(namespace, grant.namespace),
      )
    if (exists && actions.every(holds)) return
    throw new Refused('wrong_namespace', { scopes: actions })
  }
}

const isAllowed = (actual: string | undefined, expected: string | readonly string[]): boolean =>
  actual !== undefined &&
  (typeof expected === 'string' ? actual === expected : expected.includes(actual))

/** Values that facts of the CI job must have, byte for byte; a list names alternatives. */
export type ProvenanceRule = {
  readonly [Fact in keyof Provenance]?: string | readonly string[]
} & {
  /**
   * Whose words the facts are: the `iss` of the CI token. Left out: the public issuer of the provider,
   * as GitHub.com, GitLab.com. One that its customers run, or that each has for itself, has to be named.
   */
  readonly issuer?: string | readonly string[]
}

const isFact = (name: string): name is keyof Provenance =>
  provenanceFacts.some((fact) => fact === name)

const checkFact = (fact: string, expected: unknown): void => {
  if (fact !== 'issuer' && !isFact(fact)) {
    throw new TypeError(`${fact} is no fact of a CI job: ${provenanceFacts.join(', ')}`)
  }
  const values: readonly unknown[] = Array.isArray(expected) ? expected : [expected]
  if (values.every((value) => typeof value === 'string' && value !== '')) return
  throw new TypeError(`${fact} has to be a text, or a list of texts`)
}

// Whoever owns a namespace may register an issuer of their own, with any preset: its tokens say what
// they like, `provider` included.
const isIssuedBy = (
  { actor, provenance }: Principal,
  named: string | readonly string[] | undefined,
): boolean =>
  named === undefined
    ? actor !== null && isPublicIssuer(actor.iss, provenance?.provider ?? '')
    : isAllowed(actor?.iss, named)

/**
 * Asks that the token came from such a CI job. Prefer ids: names of repositories can change hands.
 * Without `issuer` only the public issuers count (GitHub.com, GitLab.com, …).
 */
export const requireProvenance = (rule: ProvenanceRule): Requirement => {
  for (const [fact, expected] of Object.entries(rule)) checkFact(fact, expected)
  const { issuer, ...others } = rule
  const facts = Object.entries(others) as [keyof Provenance, string | readonly string[]][]
  if (facts.length === 0) throw new TypeError('a requirement without a fact lets everybody in')
  return (principal) => {
    const { provenance } = principal
    if (provenance !== null && !isIssuedBy(principal, issuer)) throw new Refused('wrong_ci_issuer')
    if (facts.every(([fact, expected]) => isAllowed(provenance?.[fact], expected))) return
    throw new Refused('wrong_provenance')
  }
}

/** Asks that one of these trust policies (`tp_…`, any version) let the job in. */
export const requirePolicy = (...policies: readonly string[]): Requirement => {
  if (policies.length === 0) throw new TypeError('a requirement without a policy is met by nobody')
  return ({ policy }) => {
    if (policy !== null && policies.includes(policy.split('@')[0] ?? '')) return
    throw new Refused('wrong_policy')
  }
}

/** Asks for a token that was issued at most so many seconds ago: for what must not wait. */
export const requireMaxAge = (seconds: number): Requirement => {
  if (!(seconds > 0)) throw new TypeError('the most that a token may be old is in seconds, above 0')
  return ({ verifiedAt, issuedAt }) => {
    if (verifiedAt - issuedAt > seconds) throw new Refused('too_old')
  }
}

/** Asks for all of these at once, in their order. */
export const requireAll = (...requirements: readonly Requirement[]): Requirement => {
  if (requirements.length === 0) throw new TypeError('no requirement at all lets everybody in')
  return (principal) => {
    for (const require of requirements) require(principal)
  }
}
