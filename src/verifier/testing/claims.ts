import { accessClaims } from '../../core/access-claims.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { NamespaceGrant, Provenance } from '../principal.ts'

/** What a test wants of a token; all that is left out is as a GitHub job on main would get it. */
export interface TokenWish {
  /** Default: the scopes of the issuer. */
  readonly scopes?: readonly string[]
  /** Where the scopes hold; default: the namespace of the issuer. */
  readonly namespace?: string
  /** Rights in several namespaces, in place of `scopes` and `namespace`. */
  readonly grants?: readonly NamespaceGrant[]
  /** `sa_…` */
  readonly serviceAccount?: string
  /** Laid over a push to main; null: no federated login, as from a client secret. */
  readonly provenance?: Provenance | null
  /** Binds it to a key (RFC 9449) by the thumbprint of that; left out: a Bearer token. */
  readonly boundTo?: string
  /** Default 600. */
  readonly ttlSeconds?: number
  /** Laid over all else, right or wrong; undefined takes a claim away. */
  readonly claims?: Readonly<Record<string, Json | undefined>>
}

/** Who signs, for whom, and when (epoch seconds). */
export interface Setting {
  readonly issuer: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly namespace: string
  readonly now: number
}

/** The job that tokens come from unless a test says otherwise. */
export const aJob = {
  provider: 'github',
  repository: 'acme/payments',
  repository_id: '1001',
  owner: 'acme',
  owner_id: '501',
  ref: 'refs/heads/main',
  sha: '3f786850e387550fdab836ed7e6dc881de23001b',
  workflow: 'acme/payments/.github/workflows/deploy.yml@refs/heads/main',
  environment: 'production',
  event: 'push',
  run_id: '1',
  run_url: 'https://github.com/acme/payments/actions/runs/1',
} as const satisfies Provenance

const holdingsOf = (grants: readonly NamespaceGrant[]): Map<string, string[]> => {
  const holdings = new Map<string, string[]>()
  for (const { namespace, actions } of grants) {
    for (const action of actions) {
      holdings.set(action, [...(holdings.get(action) ?? []), namespace])
    }
  }
  return holdings
}

const federatedBy = (provenance: Provenance) => {
  const job = { ...aJob, ...provenance }
  return {
    actor: {
      iss: 'https://token.actions.githubusercontent.com',
      sub: `repo:${job.repository}:ref:${job.ref}`,
    },
    provenance: job,
    policy: 'tp_test@1',
    decisionId: 'dec_test',
  }
}

/** The claims of such a token, put together by the code that the gateway uses. */
export const claimsFor = (wish: TokenWish, setting: Setting): JsonObject => {
  const { issuer, audience, now } = setting
  const scopes = wish.scopes ?? setting.scopes
  const namespace = wish.namespace ?? setting.namespace
  const { provenance = {}, serviceAccount = 'sa_test' } = wish
  const claims = accessClaims({
    issuer,
    audience,
    serviceAccountId: serviceAccount,
    clientId: 'cli_test',
    issuedAt: now,
    expiresAt: now + (wish.ttlSeconds ?? 600),
    jti: crypto.randomUUID(),
    granted: holdingsOf(wish.grants ?? [{ namespace, actions: scopes }]),
    boundTo: wish.boundTo ?? null,
    federated: provenance && federatedBy(provenance),
  })
  const all = Object.entries({ ...claims, ...wish.claims })
  return Object.fromEntries(all.filter((entry): entry is [string, Json] => entry[1] !== undefined))
}
