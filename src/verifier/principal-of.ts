import { isJsonObject, type Json, type JsonObject, member } from '../core/json.ts'
import {
  type NamespaceGrant,
  type Principal,
  type Provenance,
  provenanceFacts,
} from './principal.ts'

/** The claims that every access token has, of the right types. */
export interface EssentialClaims {
  readonly sub: string
  readonly client_id: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
}

const textIn = (claims: JsonObject, name: string): string | null => {
  const value = member(claims, name)
  return typeof value === 'string' ? value : null
}

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []

const grantOf = (detail: Json): NamespaceGrant[] => {
  if (!isJsonObject(detail) || member(detail, 'type') !== 'namespace') return []
  const namespace = textIn(detail, 'identifier')
  return namespace === null ? [] : [{ namespace, actions: texts(member(detail, 'actions')) }]
}

const grantsOf = (claims: JsonObject, scopes: readonly string[]): readonly NamespaceGrant[] => {
  const namespace = textIn(claims, 'namespace')
  if (namespace !== null) return [{ namespace, actions: scopes }]
  const details = member(claims, 'authorization_details')
  return Array.isArray(details) ? details.flatMap(grantOf) : []
}

const provenanceOf = (claims: JsonObject): Provenance | null => {
  const given = member(claims, 'provenance')
  if (!isJsonObject(given)) return null
  const provenance: { -readonly [Fact in keyof Provenance]: string } = {}
  for (const fact of provenanceFacts) {
    const value = textIn(given, fact)
    if (value !== null) provenance[fact] = value
  }
  return provenance
}

const actorOf = (claims: JsonObject): Principal['actor'] => {
  const actor = member(claims, 'act')
  if (!isJsonObject(actor)) return null
  const iss = textIn(actor, 'iss')
  const sub = textIn(actor, 'sub')
  return iss === null || sub === null ? null : { iss, sub }
}

/** Reads who is calling out of verified claims. What is not as the contract says is not there. */
export const principalOf = (
  claims: JsonObject,
  essential: EssentialClaims,
  verifiedAt: number,
): Principal => {
  const scopes = (textIn(claims, 'scope') ?? '').split(' ').filter((scope) => scope !== '')
  return {
    serviceAccount: essential.sub,
    clientId: essential.client_id,
    scopes,
    grants: grantsOf(claims, scopes),
    provenance: provenanceOf(claims),
    actor: actorOf(claims),
    policy: textIn(claims, 'policy'),
    decisionId: textIn(claims, 'decision_id'),
    tokenId: essential.jti,
    issuedAt: essential.iat,
    expiresAt: essential.exp,
    verifiedAt,
    claims,
  }
}
