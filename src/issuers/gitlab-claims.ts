import type { ClaimFact } from '../core/preset.ts'

const fork = 'it names the fork of an outside contributor'
const person = 'it says who started the job, not what code runs'
const mergeRequest = 'merge requests run what their author wrote'
const anyBranch =
  'any developer can create a branch, and in a merge request it is the source branch'
const oneBranch =
  'any developer can push to it unless it is protected, and in a merge request it is the source branch'

/** Claims of a GitLab CI ID token; ids and booleans are strings, `runner_id` alone is a number. */
export const gitlabClaims: readonly ClaimFact[] = [
  { name: 'sub', type: 'string', naming: { by: ':', parts: 2 } },
  { name: 'project_id', type: 'string', anchor: true },
  { name: 'project_path', type: 'string', naming: 'all' },
  { name: 'namespace_id', type: 'string', anchor: true },
  { name: 'namespace_path', type: 'string', naming: 'groups' },
  {
    name: 'job_project_id',
    type: 'string',
    anchor: true,
    advised: {
      beside: 'project_id',
      why: 'binding it to the same id keeps pipelines of forks out where they run in the parent',
    },
  },
  { name: 'job_project_path', type: 'string', naming: 'all' },
  { name: 'job_namespace_id', type: 'string', anchor: true },
  { name: 'job_namespace_path', type: 'string', naming: 'groups' },
  { name: 'source_project_id', type: 'string', immutable: true, caution: fork },
  { name: 'source_project_path', type: 'string', caution: fork },
  { name: 'source_namespace_id', type: 'string', immutable: true, caution: fork },
  { name: 'source_namespace_path', type: 'string', caution: fork },
  { name: 'user_id', type: 'string', immutable: true, caution: person },
  { name: 'user_login', type: 'string', caution: 'a person can rename it, and another claim it' },
  {
    name: 'user_email',
    type: 'string',
    caution: 'a person can change it, and it is personal data',
  },
  { name: 'user_access_level', type: 'string', caution: person },
  { name: 'user_identities', type: 'array', caution: person },
  { name: 'groups_direct', type: 'array', caution: 'it lists paths, which can be renamed' },
  { name: 'pipeline_id', type: 'string' },
  {
    name: 'pipeline_source',
    type: 'string',
    risky: {
      merge_request_event: mergeRequest,
      external_pull_request_event: mergeRequest,
      trigger: 'whoever holds a trigger token chooses the ref',
      api: 'whoever holds an API token chooses the ref',
      web: 'whoever may run pipelines chooses the ref',
    },
  },
  { name: 'job_id', type: 'string' },
  {
    name: 'ref',
    type: 'string',
    never: 'refs/',
    backedBy: ['ref_protected', 'environment_protected'],
    caution: anyBranch,
    exactCaution: oneBranch,
    cure: 'also bind ref_protected: "true"',
  },
  { name: 'ref_type', type: 'string' },
  {
    name: 'ref_path',
    type: 'string',
    prefix: 'refs/',
    backedBy: ['ref_protected', 'environment_protected'],
    caution: anyBranch,
    exactCaution: oneBranch,
    cure: 'also bind ref_protected: "true"',
  },
  { name: 'ref_protected', type: 'string' },
  {
    name: 'environment',
    type: 'string',
    backedBy: ['environment_protected', 'ref_protected'],
    caution: 'any developer can name an environment that is not protected',
  },
  { name: 'environment_protected', type: 'string' },
  {
    name: 'deployment_tier',
    type: 'string',
    backedBy: ['environment_protected', 'ref_protected'],
    caution: 'the YAML declares it',
  },
  { name: 'environment_action', type: 'string', caution: 'the YAML declares it' },
  { name: 'runner_id', type: 'number' },
  { name: 'runner_environment', type: 'string' },
  { name: 'sha', type: 'string' },
  { name: 'project_visibility', type: 'string' },
  { name: 'ci_config_ref_uri', type: 'string', naming: { by: '//', parts: 1 } },
  { name: 'ci_config_sha', type: 'string' },
  { name: 'job_source' },
  { name: 'job_config', type: 'object' },
]
