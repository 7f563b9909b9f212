import type { Preset } from '../core/preset.ts'
import { gitlabClaims } from './gitlab-claims.ts'

const family = {
  family: 'gitlab',
  keySetOrigins: [],
  algorithms: ['RS256'],
  // A job gets one token for its whole life and cannot ask for another.
  replay: 'single_use_per_audience',
  // A token lives as long as its job may.
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [['project_id'], ['namespace_id', 'ci_config_ref_uri']],
  contextClaims: [
    'ref',
    'ref_path',
    'environment',
    'event_name',
    'pipeline_source',
    'workflow_ref',
    'job_workflow_ref',
    'sub',
  ],
  gates: [
    // The same keys sign the ID tokens of people who log in with GitLab; those have no job.
    { kind: 'require', claim: 'job_id' },
    { kind: 'require', claim: 'pipeline_id' },
    // They differ when a fork's merge request runs in the parent project.
    { kind: 'same', claim: 'project_id', other: 'job_project_id' },
  ],
  claims: gitlabClaims,
  provenance: {
    repository: 'project_path',
    repository_id: 'project_id',
    owner: 'namespace_path',
    owner_id: 'namespace_id',
    ref: 'ref_path',
    sha: 'sha',
    workflow: 'ci_config_ref_uri',
    environment: 'environment',
    event: 'pipeline_source',
    run_id: 'job_id',
  },
  runUrl: '{iss}/{project_path}/-/jobs/{job_id}',
} as const satisfies Partial<Preset>

/** GitLab.com: one issuer for everybody. */
export const gitlabCom: Preset = {
  ...family,
  id: 'gitlab-com',
  name: 'GitLab.com CI/CD',
  issuer: 'https://gitlab.com',
  hosts: ['gitlab.com'],
  shared: true,
}

/** GitLab self-managed or Dedicated, which its operator runs and can make say anything. */
export const gitlabSelfManaged: Preset = {
  ...family,
  id: 'gitlab-self-managed',
  name: 'GitLab self-managed / Dedicated',
  issuer: null,
  hosts: [],
  shared: false,
}
