import type { Preset } from '../core/preset.ts'

const author = 'the author of a pull request chooses it'
const shell = 'a person has a shell in a debug job'

/** Semaphore: an issuer per organisation, a fixed audience, and tokens that live for a day. */
export const semaphore: Preset = {
  id: 'semaphore',
  name: 'Semaphore',
  family: 'semaphore',
  issuer: null,
  hosts: ['.semaphoreci.com'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  fixedAudience: 'https://{org}.semaphoreci.com',
  replay: 'reusable',
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [['org_id', 'prj_id']],
  contextClaims: ['ref', 'sub'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: ':', parts: 6 } },
    {
      name: 'sub127',
      type: 'string',
      refused: true,
      caution: 'its pieces are cut off, so that two projects may have the same one',
    },
    { name: 'org_id', type: 'string', anchor: true },
    { name: 'org', type: 'string', naming: 'all' },
    { name: 'prj_id', type: 'string', anchor: true },
    { name: 'prj', type: 'string', naming: 'all' },
    { name: 'repo', type: 'string', naming: 'all' },
    { name: 'repo_slug', type: 'string', naming: 'all' },
    {
      name: 'ref',
      type: 'string',
      backedBy: ['ref_type'],
      caution: 'without ref_type a pull request may pass for a branch',
    },
    {
      name: 'ref_type',
      type: 'string',
      risky: { 'pull-request': 'pull requests run what their author wrote' },
    },
    {
      name: 'branch',
      type: 'string',
      backedBy: ['ref_type'],
      caution: 'in a pull request it is the target branch',
    },
    { name: 'pr_branch', type: 'string', caution: author },
    { name: 'pr', type: 'string', caution: author },
    { name: 'tag', type: 'string', caution: 'anyone with write access can push a tag' },
    {
      name: 'job_type',
      type: 'string',
      advised: { why: 'bind it to pipeline_job: a person has a shell in a debug job' },
      risky: { debug_job: shell, debug_project_job: shell },
    },
    { name: 'actor', type: 'string', caution: 'it says who started the job, not what code runs' },
    { name: 'trg', type: 'string' },
    { name: 'wf_id', type: 'string' },
    { name: 'ppl_id', type: 'string' },
    { name: 'job_id', type: 'string' },
  ],
  provenance: {
    repository: 'repo_slug',
    repository_id: 'prj_id',
    owner: 'org',
    owner_id: 'org_id',
    ref: 'ref',
    event: 'trg',
    run_id: 'wf_id',
  },
  runUrl: '{iss}/workflows/{wf_id}',
}
