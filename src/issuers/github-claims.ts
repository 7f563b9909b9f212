import type { ClaimFact } from '../core/preset.ts'

const untrustedPull = 'pull requests run what their author wrote'

/** Claims of a GitHub Actions token; every value is a string, ids and booleans included. */
export const githubClaims: readonly ClaimFact[] = [
  { name: 'sub', type: 'string', naming: { by: ':', parts: 2 } },
  { name: 'repository', type: 'string', naming: 'all', ignoresCase: true },
  { name: 'repository_id', type: 'string', anchor: true },
  { name: 'repository_owner', type: 'string', naming: 'all', ignoresCase: true },
  { name: 'repository_owner_id', type: 'string', anchor: true },
  {
    name: 'repository_visibility',
    type: 'string',
    caution: 'the owner can change it at any time',
  },
  { name: 'enterprise', type: 'string', naming: 'all' },
  { name: 'enterprise_id', type: 'string', anchor: true },
  {
    name: 'ref',
    type: 'string',
    backedBy: ['ref_protected', 'environment'],
    caution: 'anyone with write access can create a branch or tag of almost any name',
  },
  { name: 'ref_type', type: 'string' },
  { name: 'ref_protected', type: 'string' },
  { name: 'sha', type: 'string' },
  { name: 'base_ref', type: 'string', caution: 'the author of a pull request chooses it' },
  { name: 'head_ref', type: 'string', caution: 'the author of a pull request chooses it' },
  {
    name: 'event_name',
    type: 'string',
    advised: { why: 'every trigger that the rest of the policy fits is admitted' },
    risky: {
      pull_request: untrustedPull,
      pull_request_review: untrustedPull,
      pull_request_review_comment: untrustedPull,
      pull_request_comment: untrustedPull,
      issue_comment: 'anyone who may comment can start such a run',
    },
  },
  {
    name: 'workflow',
    type: 'string',
    caution: 'a display name from the YAML, which anyone with write access can copy',
  },
  { name: 'workflow_ref', type: 'string', naming: { by: '/', parts: 2 } },
  { name: 'workflow_sha', type: 'string' },
  { name: 'job_workflow_ref', type: 'string', naming: { by: '/', parts: 2 } },
  { name: 'job_workflow_sha', type: 'string', immutable: true },
  {
    name: 'environment',
    type: 'string',
    ignoresCase: true,
    backedBy: ['ref', 'ref_protected', 'workflow_ref', 'job_workflow_ref', 'job_workflow_sha'],
    caution: 'anyone with write access can create an environment that has no protection rules',
  },
  { name: 'environment_node_id', type: 'string', immutable: true },
  { name: 'actor', type: 'string', caution: 'it says who started the run, not what code runs' },
  {
    name: 'actor_id',
    type: 'string',
    immutable: true,
    caution: 'it says who started the run, not what code runs',
  },
  { name: 'run_id', type: 'string' },
  { name: 'run_number', type: 'string' },
  { name: 'run_attempt', type: 'string' },
  { name: 'check_run_id', type: 'string' },
  { name: 'runner_environment', type: 'string' },
]
