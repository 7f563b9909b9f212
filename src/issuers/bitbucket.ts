import type { Preset } from '../core/preset.ts'

/** Bitbucket Pipelines: an issuer per workspace, named by a slug that can change hands. */
export const bitbucket: Preset = {
  id: 'bitbucket',
  name: 'Bitbucket Pipelines',
  family: 'bitbucket',
  issuer: null,
  hosts: ['api.bitbucket.org'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  replay: 'reusable',
  // The vendor does not document how long a token lives.
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [['workspaceUuid', 'repositoryUuid']],
  contextClaims: ['deploymentEnvironmentUuid', 'branchName'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: ':', parts: 1 } },
    { name: 'workspaceUuid', type: 'string', anchor: true },
    { name: 'repositoryUuid', type: 'string', anchor: true },
    { name: 'pipelineUuid', type: 'string' },
    { name: 'stepUuid', type: 'string' },
    { name: 'deploymentEnvironmentUuid', type: 'string', immutable: true },
    {
      name: 'branchName',
      type: 'string',
      backedBy: ['deploymentEnvironmentUuid'],
      caution: 'anyone with write access can create a branch, unless branch restrictions forbid it',
    },
  ],
  provenance: {
    repository_id: 'repositoryUuid',
    owner_id: 'workspaceUuid',
    ref: 'branchName',
    environment: 'deploymentEnvironmentUuid',
    run_id: 'pipelineUuid',
  },
}
