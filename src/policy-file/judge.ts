import type { AccountConfig, AccountPolicy, Issuer } from '../core/account-config.ts'
import type { ClaimFault } from '../core/claim-set.ts'
import { readCompactJwt, type ShapeFault, unverifiedIssuer } from '../core/compact-jwt.ts'
import type { SubjectFault } from '../core/denial.ts'
import type { JsonObject } from '../core/json.ts'
import { judgeClaims, seatBench } from '../core/judgement.ts'
import { grantTypes, type ServiceAccount } from '../core/service-account.ts'
import type { Trace } from '../core/trace.ts'
import { presets } from '../issuers/registry.ts'
import { issuerUrlOf, presetOf, toDraft } from './policy.ts'
import type { FileAccount } from './read.ts'

/** What the policies of a file make of a token whose signature nobody has verified. */
export interface OfflineVerdict {
  /** Why it would be refused; null: a policy accepts it. */
  readonly reason: SubjectFault | ClaimFault | ShapeFault | 'no_policy_matched' | null
  /** In the order of the file; none where the token never got to a policy. */
  readonly policies: readonly Trace[]
}

// What the gateway takes where nothing is said of an issuer.
const defaultMaxTokenAgeSeconds = 86_400

const issuerFor = (url: string, { policies }: FileAccount): Issuer | undefined => {
  const policy = policies.find((each) => issuerUrlOf(each) === url)
  const preset = policy && presetOf(policy)
  if (preset?.ok !== true) return undefined
  return {
    id: '',
    version: 0,
    issuer: url,
    preset: preset.value?.id ?? null,
    jwksUri: null,
    jwks: null,
    algorithms: preset.value?.algorithms ?? [],
    maxTokenAgeSeconds: preset.value?.maxTokenAgeSeconds ?? defaultMaxTokenAgeSeconds,
    replay: null,
    enabled: true,
  }
}

const accountOf = ({ account: { namespace, name } }: FileAccount): ServiceAccount => ({
  id: '',
  clientId: '',
  namespaceId: '',
  namespacePath: namespace,
  tenantId: '',
  name,
  enabled: true,
  grantTypes,
  resourceServerIds: null,
  maxTokenTtlSeconds: null,
  clientCredentials: false,
  authMethod: null,
})

const configOf = (file: FileAccount): AccountConfig => {
  const policies: readonly AccountPolicy[] = file.policies.map((policy) => ({
    ...toDraft(policy),
    id: '',
    version: 0,
  }))
  const urls = [...new Set(policies.map(({ issuer }) => issuer))]
  return {
    account: accountOf(file),
    namespaceEnabled: true,
    issuers: urls.map((url) => issuerFor(url, file)).filter((issuer) => issuer !== undefined),
    policies,
    bindings: [],
    resourceServers: [],
    secrets: [],
    keys: [],
    namedTokens: [],
    signingKey: null,
    versions: { tenant: null, root: 0 },
  }
}

const presetsById = new Map(presets.map((preset) => [preset.id, preset]))

/** Judges claims by the policies of an account in a file, as the gateway does; `now` in epoch seconds. */
export const judgeOffline = (
  file: FileAccount,
  claims: JsonObject,
  now: number,
): OfflineVerdict => {
  const { iss } = claims
  const court = { now, presets: presetsById }
  const bench = seatBench(configOf(file), typeof iss === 'string' ? iss : undefined, court)
  if (!bench.ok) return { reason: bench.error, policies: [] }
  const judged = judgeClaims(bench.value, claims, now)
  if (!judged.ok) return { reason: judged.error, policies: [] }
  const { traces } = judged.value
  const accepted = traces.some(({ satisfied }) => satisfied)
  return { reason: accepted ? null : 'no_policy_matched', policies: traces }
}

/** Reads a token without verifying it: whoever made it may have written anything. */
export const decodeToken = (token: string) => {
  const jwt = readCompactJwt(token)
  return jwt.ok
    ? { claims: jwt.value.unverifiedClaims, issuer: unverifiedIssuer(jwt.value) }
    : jwt.error
}
