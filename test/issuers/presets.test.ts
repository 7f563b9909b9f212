import { describe, expect, test } from 'vitest'
import { claimValue } from '../../src/core/claims.ts'
import { evaluatePolicy } from '../../src/core/evaluate.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { lintPolicy } from '../../src/core/lint/policy.ts'
import type { Preset } from '../../src/core/preset.ts'
import type { BoundClaims, Matcher } from '../../src/core/trust-policy.ts'
import { presets } from '../../src/issuers/registry.ts'
import { draftOf } from '../core/policy-draft.ts'
import { tokenOf } from './sample.ts'

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

  test('without a context it is refused, where the preset asks for one', () => {
    const first = judge(preset, exactly(names, token), token).errors[0]?.slug
    const hasContext = names.some((name) => preset.contextClaims.includes(name))
    const asked = preset.contextClaims.length > 0 && !hasContext
    expect(first).toBe(asked ? 'policy-too-broad' : undefined)
  })

  test.each(names)('another %s is not let in', (name) => {
    const other = { ...narrowest, [name]: 'other' }
    expect(judge(preset, other, token).failed).toContain(name)
  })
})
