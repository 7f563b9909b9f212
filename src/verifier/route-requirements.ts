import type { ProvenanceRule, Requirement } from './requirements.ts'
import * as rules from './requirements.ts'

/** Requirements as what a framework puts before a route. `Source` is its object for the request. */
export interface RouteRequirements<Source, Middleware> {
  /** Asks for all of these scopes. */
  requireScopes(...scopes: readonly string[]): Middleware
  /** Asks for at least one of these scopes. */
  requireAnyScope(...scopes: readonly string[]): Middleware
  /** Asks for rights in a namespace; a function reads from the request which one it is about. */
  requireNamespace(
    namespace: string | ((source: Source) => string),
    ...actions: readonly string[]
  ): Middleware
  /** Asks that the token came from such a CI job. */
  requireProvenance(rule: ProvenanceRule): Middleware
  /** Asks that one of these trust policies let the job in. */
  requirePolicy(...policies: readonly string[]): Middleware
  /** Asks for a token that was issued at most so many seconds ago. */
  requireMaxAge(seconds: number): Middleware
}

/** Makes the requirements of a framework from how it guards a route. */
export const routeRequirements = <Source, Middleware>(
  guard: (requirement: (source: Source) => Requirement) => Middleware,
): RouteRequirements<Source, Middleware> => {
  // Made now, and not with each request: what is wrong with it is said when the API starts.
  const always = (requirement: Requirement): Middleware => guard(() => requirement)
  return {
    requireScopes: (...scopes) => always(rules.requireScopes(...scopes)),
    requireAnyScope: (...scopes) => always(rules.requireAnyScope(...scopes)),
    requireNamespace: (namespace, ...actions) => {
      if (typeof namespace === 'string')
        return always(rules.requireNamespace(namespace, ...actions))
      rules.requireNamespace('/', ...actions)
      return guard((source) => rules.requireNamespace(namespace(source), ...actions))
    },
    requireProvenance: (rule) => always(rules.requireProvenance(rule)),
    requirePolicy: (...policies) => always(rules.requirePolicy(...policies)),
    requireMaxAge: (seconds) => always(rules.requireMaxAge(seconds)),
  }
}
