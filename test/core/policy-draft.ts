import type { BoundClaims, PolicyDraft } from '../../src/core/trust-policy.ts'

export const gateway = 'https://gw.test'

/** The policy P0 of the attack cases: both ids and a subject that reaches into the refs. */
export const idsAndRefs: BoundClaims = {
  repository_id: '1001',
  repository_owner_id: '501',
  sub: { glob: 'repo:acme/app:ref:refs/heads/*' },
}

export const draftOf = (
  boundClaims: Readonly<Record<string, unknown>>,
  overrides: Partial<PolicyDraft> = {},
): PolicyDraft => ({
  name: 'deploy',
  issuer: 'https://issuer-a.test',
  audience: gateway,
  // A body is only JSON until lint has judged it.
  boundClaims: boundClaims as BoundClaims,
  replay: null,
  maxTokenTtlSeconds: null,
  scope: null,
  examples: { accept: [], reject: [] },
  acknowledge: [],
  enabled: true,
  expiresAt: null,
  ...overrides,
})
