import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { claimValue } from '../../src/core/claims.ts'
import { evaluatePolicy } from '../../src/core/evaluate.ts'
import { isJsonObject, type JsonObject } from '../../src/core/json.ts'
import { lintPolicy } from '../../src/core/policy-lint.ts'
import type { Preset } from '../../src/core/preset.ts'
import type { BoundClaims, Matcher } from '../../src/core/trust-policy.ts'
import { findPreset, presets } from '../../src/issuers/registry.ts'
import { draftOf } from '../core/policy-draft.ts'

/** What a careful author binds beside the identity, by preset. */
const beside: Readonly<Record<string, readonly string[]>> = {
  github: ['environment', 'ref', 'ref_protected', 'event_name'],
  gitlab: ['job_project_id', 'environment', 'environment_protected', 'pipeline_source'],
  circleci: [
    'oidc.circleci.com/vcs-origin',
    'oidc.circleci.com/vcs-ref',
    'oidc.circleci.com/ssh-rerun',
  ],
  buildkite: ['build_branch', 'build_source'],
  bitbucket: ['deploymentEnvironmentUuid', 'branchName'],
  'azure-devops-pipeline': ['def_id', 'rpo_id', 'rpo_ref'],
  'hcp-terraform': ['terraform_run_phase'],
  google: ['email'],
  'aws-outbound': ['/https:~1~1sts.amazonaws.com~1/aws_account'],
  kubernetes: ['/kubernetes.io/serviceaccount/uid'],
  vercel: ['environment'],
  fly: ['image_digest'],
  codefresh: ['scm_repo_url', 'scm_ref'],
  semaphore: ['ref', 'ref_type', 'job_type'],
  'jenkins-oidc-provider': [],
  spacelift: ['callerType', 'runType', 'scope'],
  depot: ['repository_id', 'repository_owner_id', 'ref', 'event_name'],
}

const tokenOf = ({ id }: Preset): JsonObject => {
  const url = new URL(`./tokens/${id}.json`, import.meta.url)
  const claims: unknown = JSON.parse(readFileSync(url, 'utf8'))
  if (!isJsonObject(claims)) throw new Error(`${id}.json holds no claims`)
  return claims
}

const audienceOf = ({ aud }: JsonObject): string => String(Array.isArray(aud) ? aud[0] : aud)

const exactly = (names: readonly string[], token: JsonObject): BoundClaims =>
  Object.fromEntries(names.map((name) => [name, claimValue(token, name) as Matcher]))

const judge = (preset: Preset, boundClaims: BoundClaims, token: JsonObject) => {
  const audience = audienceOf(tokenOf(preset))
  const issuer = String(tokenOf(preset).iss)
  const draft = draftOf(boundClaims, { issuer, audience })
  const policy = { ...draft, id: 'tp_1', version: 1 }
  const { satisfied, clauses } = evaluatePolicy(policy, { claims: token, times: [] }, preset)
  const failed = clauses.filter(({ verdict }) => verdict !== 'match').map(({ claim }) => claim)
  return { satisfied, failed, ...lintPolicy(draft, preset, { audiences: [audience] }) }
}

const alternatives = presets.flatMap((preset) =>
  preset.requiredIdentity.map((names) => ({ id: preset.id, preset, names })),
)

describe.each(alternatives)('$id by $names', ({ preset, names }) => {
  const token = tokenOf(preset)
  const extra = beside[preset.family] ?? []
  const narrowest = exactly([...names, ...extra], token)

  test('the narrowest sensible policy is saved and satisfied', () => {
    const judged = judge(preset, narrowest, token)
    expect(judged.errors).toEqual([])
    expect(judged.failed).toEqual([])
    expect(judged.satisfied).toBe(true)
    const codes = judged.warnings.map((warning) => warning.split(':')[0])
    expect(codes).not.toContain('type_mismatch')
    expect(codes).not.toContain('risky_value')
    expect(codes).not.toContain('unbound_claim')
  })

  test.each(names)('without %s it is refused', (name) => {
    const { [name]: _, ...rest } = narrowest
    const [first] = judge(preset, rest, token).errors
    expect(['immutable-id-required', 'policy-too-broad']).toContain(first?.slug)
    expect(first?.detail).toContain(name)
  })

  test.each(names)('another %s is not let in', (name) => {
    const other = { ...narrowest, [name]: 'other' }
    expect(judge(preset, other, token).failed).toContain(name)
  })
})
