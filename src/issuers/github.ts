import type { Preset } from '../core/preset.ts'
import { githubClaims } from './github-claims.ts'

const family = {
  family: 'github',
  keySetOrigins: [],
  algorithms: ['RS256'],
  replay: 'single_use',
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [
    ['repository_id', 'repository_owner_id'],
    ['repository_owner_id', 'job_workflow_ref'],
    ['repository_owner_id', 'job_workflow_sha'],
  ],
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
  // Both triggers run with the trust of the base repository on content that a stranger supplied.
  gates: [{ kind: 'deny', claim: 'event_name', values: ['pull_request_target', 'workflow_run'] }],
  claims: githubClaims,
  openPrefixes: ['repo_property_'],
  provenance: {
    repository: 'repository',
    repository_id: 'repository_id',
    owner: 'repository_owner',
    owner_id: 'repository_owner_id',
    ref: 'ref',
    sha: 'sha',
    workflow: 'job_workflow_ref',
    environment: 'environment',
    event: 'event_name',
    run_id: 'run_id',
  },
} as const satisfies Partial<Preset>

/** GitHub Actions on github.com: one issuer for everybody. */
export const githubActions: Preset = {
  ...family,
  id: 'github-actions',
  name: 'GitHub Actions (github.com)',
  issuer: 'https://token.actions.githubusercontent.com',
  hosts: ['token.actions.githubusercontent.com'],
  shared: true,
  runUrl: 'https://github.com/{repository}/actions/runs/{run_id}',
}

/** GitHub Enterprise Cloud with the enterprise's slug in the issuer's path. */
export const githubActionsEnterpriseSlug: Preset = {
  ...family,
  id: 'github-actions-enterprise-slug',
  name: 'GitHub Actions, GHEC with enterprise issuer',
  issuer: null,
  hosts: ['token.actions.githubusercontent.com'],
  shared: false,
  runUrl: 'https://github.com/{repository}/actions/runs/{run_id}',
}

/** GHE.com. No run URL: the subdomain of its pages is in no claim. */
export const githubActionsDataResidency: Preset = {
  ...family,
  id: 'github-actions-data-residency',
  name: 'GitHub Actions, GHE.com (data residency)',
  issuer: null,
  hosts: ['.ghe.com'],
  shared: false,
}

/** GitHub Enterprise Server, which its operator runs and can make say anything. */
export const githubEnterpriseServer: Preset = {
  ...family,
  id: 'github-enterprise-server',
  name: 'GitHub Enterprise Server',
  issuer: null,
  hosts: [],
  shared: false,
  runUrl: '{iss_origin}/{repository}/actions/runs/{run_id}',
}
