import type { JsonObject } from './json.ts'
import type { Holdings } from './target.ts'

/** Who and what an access token is about; times in epoch seconds. */
export interface AccessTokenFacts {
  readonly issuer: string
  readonly serviceAccountId: string
  readonly clientId: string
  readonly audience: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly jti: string
  readonly granted: Holdings
  /** The RFC 7638 thumbprint of the key that it is bound to; null: whoever has it may use it. */
  readonly boundTo: string | null
  /** From a federated login only. */
  readonly federated: {
    readonly actor: { readonly iss: string; readonly sub: string }
    readonly provenance: JsonObject
    readonly policy: string
    readonly decisionId: string
  } | null
}

/** Where the granted permissions hold: one namespace, or each with its actions (RFC 9396). */
const whereGranted = (granted: Holdings): JsonObject => {
  const actions = new Map<string, string[]>()
  for (const [permission, paths] of granted) {
    for (const path of paths) actions.set(path, [...(actions.get(path) ?? []), permission])
  }
  const [only, another] = [...actions.keys()]
  if (only !== undefined && another === undefined) return { namespace: only }
  return {
    authorization_details: [...actions.keys()].toSorted().map((identifier) => ({
      type: 'namespace',
      identifier,
      actions: actions.get(identifier) ?? [],
    })),
  }
}

/** The claims of an access token (RFC 9068): from our records, plus `act` and `provenance`, and `cnf` (RFC 7800). */
export const accessClaims = (facts: AccessTokenFacts): JsonObject => ({
  iss: facts.issuer,
  sub: facts.serviceAccountId,
  client_id: facts.clientId,
  aud: facts.audience,
  iat: facts.issuedAt,
  exp: facts.expiresAt,
  jti: facts.jti,
  scope: [...facts.granted.keys()].join(' '),
  ...whereGranted(facts.granted),
  ...(facts.boundTo !== null && { cnf: { jkt: facts.boundTo } }),
  ...(facts.federated && {
    act: { iss: facts.federated.actor.iss, sub: facts.federated.actor.sub },
    provenance: facts.federated.provenance,
    policy: facts.federated.policy,
    decision_id: facts.federated.decisionId,
  }),
})
