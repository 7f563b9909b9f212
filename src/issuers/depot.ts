import type { Preset } from '../core/preset.ts'

const author = 'the author of a pull request chooses it'
const person = 'it says who started the run, not what code runs'

/** Depot CI: claims like GitHub's from an issuer of its own, shared by everybody. */
export const depot: Preset = {
  id: 'depot',
  name: 'Depot CI',
  family: 'depot',
  issuer: 'https://identity.depot.dev',
  hosts: ['identity.depot.dev'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: true,
  replay: 'single_use',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['org_id']],
  contextClaims: ['ref', 'event_name', 'workflow_ref'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: 'all' },
    { name: 'org_id', type: 'string', anchor: true },
    { name: 'repository', type: 'string', naming: 'all' },
    {
      name: 'repository_id',
      type: 'string',
      immutable: true,
      advised: { why: 'every repository of the organisation is admitted' },
    },
    { name: 'repository_owner', type: 'string', naming: 'all' },
    { name: 'repository_owner_id', type: 'string', immutable: true },
    {
      name: 'repository_visibility',
      type: 'string',
      caution: 'the owner can change it at any time',
    },
    {
      name: 'ref',
      type: 'string',
      backedBy: ['event_name', 'workflow_ref'],
      caution: 'anyone with write access can create a branch or tag of almost any name',
    },
    { name: 'ref_type', type: 'string' },
    { name: 'base_ref', type: 'string', caution: author },
    { name: 'head_ref', type: 'string', caution: author },
    {
      name: 'event_name',
      type: 'string',
      advised: { why: 'every trigger that the rest of the policy fits is admitted' },
      risky: {
        pull_request: 'pull requests run what their author wrote',
        pull_request_target: 'it runs with the trust of the base on what a stranger supplied',
        workflow_run: 'it runs with the trust of the base on what a stranger supplied',
      },
    },
    { name: 'workflow', type: 'string', caution: 'a display name that anyone can copy' },
    { name: 'workflow_ref', type: 'string', naming: { by: '/', parts: 2 } },
    { name: 'workflow_sha', type: 'string' },
    { name: 'job_id', type: 'string' },
    { name: 'run_id', type: 'string' },
    { name: 'run_number', type: 'string' },
    { name: 'run_attempt', type: 'string' },
    { name: 'sha', type: 'string' },
    { name: 'actor', type: 'string', caution: person },
    { name: 'actor_id', type: 'string', immutable: true, caution: person },
  ],
  provenance: {
    repository: 'repository',
    repository_id: 'repository_id',
    owner: 'repository_owner',
    owner_id: 'repository_owner_id',
    ref: 'ref',
    sha: 'sha',
    workflow: 'workflow_ref',
    event: 'event_name',
    run_id: 'run_id',
  },
}
